import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { operatorClient } from '../../playground/control/kit.ts';
import { toolPaths } from '../../playground/tools.ts';
import type { CheckupRow } from '../../src/domain/checkup.ts';
import { named, render } from '../support/chart.ts';
import { launcher, pgdist } from '../support/command.ts';
import { blocksOf } from '../support/page.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

const page = readFileSync(new URL('../../docs/getting-started.md', import.meta.url), 'utf8');
/** The blocks of one step, as somebody would copy them. */
const blocks = (step: number, of: 'sh' | 'yaml'): string[] =>
  blocksOf(page)
    .filter(({ section, language }) => section.startsWith(`${step}. `) && language === of)
    .map(({ text }) => text);

let playground: TestPlayground;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-started-'));
  playground = await playgroundFor(TWO_CLUSTERS);
  const { kubectl } = await toolPaths();
  env = {
    HOME: folder,
    KUBECONFIG: playground.fleet.kubeconfig,
    PATH: [dirname(launcher), dirname(kubectl), process.env['PATH']].join(delimiter),
  };
});
afterAll(async () => {
  await playground?.close();
  await rm(folder, { recursive: true, force: true });
});
const typed = (text: string) => promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', text], { cwd: folder, env });

test('what steps 4 and 5 say gives the worker a kubeconfig with all rights that it needs, as doctor sees it', async () => {
  await writeFile(join(folder, 'pgdist.yaml'), blocks(4, 'yaml')[0]!);
  await typed(blocks(5, 'sh')[0]!);
  const environment = { ...playground.environment, KUBECONFIG: join(folder, 'worker.kubeconfig') };
  const { rows } = JSON.parse((await pgdist(['doctor', '-o', 'json'], environment)).out) as { rows: CheckupRow[] };
  const clusters = rows.filter(({ area }) => area === 'clusters');
  expect(clusters.filter(({ standing }) => standing === 'fault' || standing === 'unknown')).toEqual([]);
  for (const cluster of ['demo-controller', 'demo-worker'])
    expect(clusters).toContainEqual(expect.objectContaining({ says: expect.stringMatching(`^${cluster} answers .*all rights granted`) }));
});

test('what step 6 says makes the Secrets that the values of step 7 name, with the keys that the pods read', async () => {
  for (const name of ['bot-token.txt', 'app-token.txt', 'kubedb-licence.pem']) await writeFile(join(folder, name), `content of ${name}`);
  await typed(blocks(6, 'sh')[0]!);
  const hub = operatorClient(playground.fleet.connections[0]!, 'test');
  const secrets = await hub.list({ apiVersion: 'v1', kind: 'Secret', namespace: 'pgdist' });
  await hub.close();
  const keys = new Map(secrets.map(({ metadata, ...object }) => [metadata.name, Object.keys((object as { data?: object }).data ?? {})]));
  const config = await readFile(join(folder, 'pgdist.yaml'), 'utf8');
  const objects = await render({ ...(parse(blocks(7, 'yaml')[0]!) as object), config });
  const wanted = [...JSON.stringify(objects).matchAll(/"secretKeyRef":(\{[^}]*\})/g)].map(
    ([, text]) => JSON.parse(text ?? '') as { name: string; key: string; optional?: boolean },
  );
  expect(wanted.length).toBeGreaterThan(3);
  expect(wanted.filter(({ name, key, optional }) => optional !== true && keys.get(name)?.includes(key) !== true)).toEqual([]);
  expect(keys.get('clusters')).toEqual(['kubeconfig']);
  expect(keys.get('licence')).toEqual(['licence.pem']);
  expect(named(objects, 'StatefulSet', 'pgdist-redis')).toBeDefined();
});

test('the page has its ten steps, and no link of it or its neighbours leads nowhere', () => {
  expect([...page.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const root = new URL('../../docs/', import.meta.url);
  for (const file of ['getting-started.md', 'operations.md', 'faq.md', 'command-line.md', 'doctor.md', 'metrics.md'])
    for (const [, target = ''] of readFileSync(new URL(file, root), 'utf8').matchAll(/\]\(([^)#:]+)[^):]*\)/g))
      expect(() => readFileSync(new URL(target, root)), `${file}: ${target}`).not.toThrow(/ENOENT/);
});
