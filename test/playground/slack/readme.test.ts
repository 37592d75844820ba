import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { methods } from '../../../playground/slack/web-api/registry.ts';
import { heldByNoTest, listed, readmeOf } from '../../support/readme.ts';
import { REFUSALS } from './web-api/refusal-cases.ts';

const readme = readmeOf('playground/slack');
const folder = new URL('../../../playground/slack/', import.meta.url).pathname;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(folder, file), 'utf8'));

it('has a row for each method of the Web API, with its token, scope and tier', () => {
  const rows = readme.rows('Methods of the Web API').map((row) => row.slice(0, 4));
  expect(rows).toEqual([...methods.values()].map(({ name, token, scope = '—', tier }) => [name, token, scope, tier]));
});

it.each(readme.rows('Methods of the Web API').map(([name = '', , , , refusals]) => ({ name, refusals })))(
  'names the refusals of $name that it really gives',
  ({ name, refusals }) => {
    const tried = REFUSALS.filter(({ method }) => method === name).map(({ error }) => error);
    expect(listed(refusals)).toEqual([...new Set(tried)].toSorted());
  },
);

it('names every refusal that the code has', () => {
  const named = [
    ...readme.rows('Methods of the Web API').flatMap((row) => listed(row[4])),
    ...readme.rows('Refusals that are not of one method').map(([code]) => code),
  ];
  const coded = sources.flatMap((source) =>
    [...source.matchAll(/(?:new SlackError|refusal|\bjson)\(\s*'(\w+)'|error: '(\w+)'/g)].map(([, code, other]) => code ?? other ?? ''),
  );
  expect(coded.length).toBeGreaterThan(50);
  expect(new Set(named)).toEqual(new Set(coded));
});

it('has a row for each fault that can be ordered', () => {
  const contract = readFileSync(join(folder, 'contract.ts'), 'utf8');
  const [, calls = ''] = /export type CallFault =([\s\S]*?);\n\n/.exec(contract) ?? [];
  const [, deliveries = ''] = /export type DeliveryFault = (.*);/.exec(contract) ?? [];
  const kinds = [...calls.matchAll(/kind: '([\w-]+)'/g), ...deliveries.matchAll(/'([\w-]+)'/g)].map(([, kind]) => kind);
  expect(readme.rows('What goes wrong when ordered').map(([kind]) => kind)).toEqual(kinds);
});

it.each(['Refusals that are not of one method', 'What it does', 'What goes wrong when ordered'])('names a test for each row of: %s', (heading) => {
  expect(
    heldByNoTest(
      'test/playground/slack',
      readme.rows(heading).map((row) => row.at(-1)),
    ),
  ).toEqual([]);
});

it('leaves out no method that it has', () => {
  const named = readme.rows('What it leaves out').flatMap(([what = '']) => what.match(/\b[a-z]+\.[a-z]+\b/gi) ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => methods.has(name) && name !== 'auth.test')).toEqual([]);
});

it('starts by itself as its example says', async () => {
  expect(await readme.runExample()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ is the page, .*\ndispatch_failed\n$/);
});
