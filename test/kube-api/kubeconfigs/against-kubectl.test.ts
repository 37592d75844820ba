import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from './certificates.ts';
import { GROUPS, requirementsText } from './corpus.ts';
import { startProxies, type Proxies } from './proxies.ts';
import { tryForm, type Tried } from './tried.ts';

/** kubectl takes a moment to start, during which nothing else needs the processor. */
const AT_A_TIME = 6;
const forms = GROUPS.flatMap(({ heading, forms: of }) => of.map((form) => ({ name: `${heading}: ${form.title}`, form })));
const trials = new Map(forms.map(({ name }) => [name, Promise.withResolvers<Tried>()]));
const tried = (name: string): Promise<Tried> => trials.get(name)!.promise;
let proxies: Proxies;
let done: Promise<unknown>;

/** Tests wait for their form alone: all of them together take longer than one test may. */
beforeAll(async () => {
  const certificates = await makeCertificates();
  proxies = await startProxies(certificates);
  const queue = [...forms];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { resolve, reject, promise } = trials.get(next.name)!;
      await tryForm(next.form, certificates, proxies).then(resolve, reject);
      await promise.catch(() => undefined);
    }
  };
  done = Promise.all(Array.from({ length: AT_A_TIME }, work));
});
afterAll(async () => {
  await done;
  await proxies?.close();
});

test.each(forms.filter(({ form }) => form.refused === undefined))('$name arrives as from kubectl', async ({ name }) => {
  const { reference, pgdist, tool } = await tried(name);
  expect(reference.error).toBeUndefined();
  expect(reference.arrived).toHaveLength(1);
  expect(pgdist).toEqual(reference);
  expect(tool, 'with the kubeconfig for helm and clusteradm').toEqual(reference);
});

test.each(forms.filter(({ form }) => form.refused !== undefined))('$name is refused by name, and nothing arrives', async ({ name, form }) => {
  const { reference, pgdist } = await tried(name);
  expect(pgdist.arrived).toEqual([]);
  expect(pgdist.error).toContain(form.refused);
  expect(reference.error === undefined, reference.error).toBe(form.alone !== undefined);
  expect(reference.arrived).toHaveLength(form.alone === undefined ? 0 : 1);
});

test.each(forms.filter(({ form }) => form.refused === undefined))('$name is told to be anonymous exactly if it is', async ({ name }) => {
  const { pgdist, note } = await tried(name);
  const isAnonymous = pgdist.arrived.some(({ authorization, certificate }) => authorization === undefined && certificate === undefined);
  expect(note === undefined ? 'nothing' : note.slice(-22)).toBe(isAnonymous ? 'requests are anonymous' : 'nothing');
});

test('every form is listed in docs/requirements.md', async () => {
  expect(new Set(forms.map(({ name }) => name)).size).toBe(forms.length);
  expect(await readFile(new URL('../../../docs/requirements.md', import.meta.url), 'utf8')).toContain(`## Kubeconfigs\n\n${requirementsText()}`);
});
