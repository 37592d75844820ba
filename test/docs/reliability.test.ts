import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INVARIANTS } from '../faults/invariants.ts';
import { SCENARIOS } from '../faults/scenarios/all.ts';

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const scripts = Object.keys((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts);

test('the promises of the page are the invariants that are checked, in their order', () => {
  const [, table = ''] = page.split('| promise | how it is seen |');
  const promised = [...table.split('\n\n')[0]!.matchAll(/^\| ([^|]+?) \| [^-]/gm)].map(([, promise]) => promise);
  expect(promised).toEqual(Object.keys(INVARIANTS));
});

test('every path that the page names exists, and every command is a script', () => {
  const paths = [...page.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const commands = [...page.matchAll(/`npm run ([\w:]+)/g)].map(([, script]) => script!);
  expect(commands.filter((script) => !scripts.includes(script))).toEqual([]);
});

test('there are scenarios that have the words of the example', () => {
  expect(SCENARIOS.filter(({ name }) => name.includes('helm') && name.includes('killed')).length).toBeGreaterThan(0);
});

test('every scenario has a name of its own', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});
