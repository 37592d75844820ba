import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { subresourcesOf, verbsOf } from '../../../playground/kubernetes-api/discovery/verbs.ts';
import { builtInTypes } from '../../../playground/kubernetes-api/kinds/built-in.ts';
import { strategyOf } from '../../../playground/kubernetes-api/kinds/strategies.ts';
import { heldByNoTest, listed, readmeOf } from '../../support/readme.ts';

const readme = readmeOf('playground/kubernetes-api');
const folder = new URL('../../../playground/kubernetes-api/', import.meta.url).pathname;
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');
const types = builtInTypes();
const firstCells = (heading: string): (string | undefined)[] => readme.rows(heading).map(([name]) => name);

it('has a row for each verb', () => {
  expect(firstCells('Verbs')).toEqual([...new Set(types.flatMap(verbsOf))].toSorted());
});

it('has a row for each type of patch', () => {
  const handled = new Set([...source.matchAll(/'(application\/[\w-]*patch\+\w+)'/g)].map(([, type]) => type));
  expect(new Set(firstCells('Types of patches'))).toEqual(handled);
});

it('has a row for each kind, with its scope, subresources, and whether it has defaults and rules of its own', () => {
  const rows = types.flatMap((type) =>
    type.versions.map((version) => {
      const subresources = subresourcesOf(type, version).map(({ name }) => name);
      const besides = type.virtual ? ['a question'] : [...(type.defaults ? ['defaults'] : []), ...(strategyOf(type.kind) ? ['rules'] : [])];
      return [
        type.group === '' ? version.name : `${type.group}/${version.name}`,
        type.kind,
        type.namespaced ? 'namespace' : 'cluster',
        subresources.toSorted().join(', ') || '—',
        besides.join(', ') || '—',
      ];
    }),
  );
  expect(readme.rows('Kinds')).toEqual(rows);
});

it('has a row for each subresource', () => {
  const names = types.flatMap((type) => type.versions.flatMap((version) => subresourcesOf(type, version).map(({ name }) => name)));
  expect(firstCells('Subresources')).toEqual([...new Set(names)].toSorted());
});

it('names each parameter of a query that is read', () => {
  const named = ['Verbs', 'Subresources'].flatMap((heading) => readme.rows(heading).flatMap(([, parameters]) => listed(parameters)));
  const read = [...source.matchAll(/query\.get(?:All)?\('(\w+)'/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(read));
});

it('has a row for each code and reason of a refusal', () => {
  const given = [...source.matchAll(/new (?:StatusError|PlainTextError)\(\s*(\d{3}),\s*(?:'(\w*)')?/g)].map(
    ([, code, reason = '']) => `${code} ${reason || '—'}`,
  );
  expect(new Set(readme.rows('Refusals').map(([code, reason]) => `${code} ${reason}`))).toEqual(new Set(given));
});

it('has a row for each fault that can be ordered', () => {
  const [, faults = ''] = /export interface ApiFaults \{([\s\S]*?)^\}/m.exec(readFileSync(join(folder, 'contract.ts'), 'utf8')) ?? [];
  expect(firstCells('What goes wrong when ordered')).toEqual([...faults.matchAll(/^ {2}(\w+)(?::|\()/gm)].map(([, name]) => name));
});

it.each(['Verbs', 'Types of patches', 'Subresources', 'Refusals', 'What it does besides', 'What goes wrong when ordered', 'What it leaves out'])(
  'names a test for each row of: %s',
  (heading) => {
    expect(
      heldByNoTest(
        'test/playground/kubernetes-api',
        readme.rows(heading).map((row) => row.at(-1)),
      ),
    ).toEqual([]);
  },
);

it('starts by itself as its example says', async () => {
  expect(await readme.runExample()).toMatch(/^https:\/\/127\.0\.0\.1:\d+ with the kubeconfig:\napiVersion: v1\n/);
});
