import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');

/** Rows of the table of promises: what is promised, and the files that hold it. */
const promises = (page.split('\n## ').find((section) => section.startsWith('What is promised\n')) ?? '')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, promise = '', tests = '']) => ({ promise, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '') }));

test('every promise names tests, and each of them exists and asserts something', () => {
  expect(promises.length).toBeGreaterThan(15);
  const empty = promises.filter(({ tests }) => tests.length === 0).map(({ promise }) => promise);
  const files = promises.flatMap(({ tests }) => tests);
  const missing = files.filter((file) => !/^test\/.+\.test\.ts$/.test(file) || !existsSync(join(root, file)));
  const silent = files.filter((file) => !missing.includes(file) && !/expect\(|toThrow/.test(readFileSync(join(root, file), 'utf8')));
  expect({ empty, missing, silent }).toEqual({ empty: [], missing: [], silent: [] });
});

test('every security test holds a promise that is written down', () => {
  const named = new Set(promises.flatMap(({ tests }) => tests));
  const unnamed = readdirSync(join(root, 'test/security'))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/security/${file}`)
    .filter((file) => !named.has(file));
  expect(unnamed).toEqual([]);
});

test('the README leads here, and the commands that the page shows are there', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('(SECURITY.md)');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const started = [...page.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name ?? '');
  expect(started.length).toBeGreaterThan(0);
  expect(started.filter((name) => scripts[name] === undefined)).toEqual([]);
});
