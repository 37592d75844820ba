import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationPage } from '../../scripts/configuration-page.ts';

const page = configurationPage();

test('the page is what `npm run configuration` writes', () => {
  expect(readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toBe(page);
});

test('every setting says what it is for', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((line) => line.endsWith('|  |'))).toEqual([]);
});
