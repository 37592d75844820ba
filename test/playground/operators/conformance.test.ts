import { expect, test } from 'vitest';
import { heldByNoTest, readmeOf } from '../../support/readme.ts';

const readme = readmeOf('playground/operators');

test.each(['OCM', 'KubeSlice', 'KubeDB'])('each fact that the stand-in of %s plays is held by a test that exists', (operator) => {
  const rows = readme.rows(operator);
  expect(rows.filter((row) => row.length !== 2 || row.includes(''))).toEqual([]);
  expect(
    heldByNoTest(
      'test',
      rows.map((row) => row.at(-1)),
    ),
  ).toEqual([]);
});

test('no fact is told twice', () => {
  const facts = ['OCM', 'KubeSlice', 'KubeDB'].flatMap((operator) => readme.rows(operator).map(([fact]) => fact));
  expect(facts).toEqual([...new Set(facts)]);
});

test('a row that names no test is found', () => {
  expect(heldByNoTest('test', ['conformance: a row that names no test is found', 'conformance: nobody wrote this', 'lifecycle:', ''])).toEqual([
    'conformance: nobody wrote this',
    'lifecycle:',
    '',
  ]);
});
