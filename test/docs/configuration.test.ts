import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';
import { configurationPage } from '../../scripts/configuration-page.ts';

const page = configurationPage();

test('the page is what `npm run configuration` writes', () => {
  expect(readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toBe(page);
});

test('the file with several fleets that the page shows has no fault', () => {
  const faults: Fault[] = [];
  const files = parse(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '', faults);
  expect(faults).toEqual([]);
  expect(files?.map(({ fleet }) => fleet)).toEqual(['eu', 'us']);
});

test('every setting says what it is for', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((line) => line.endsWith('|  |'))).toEqual([]);
});
