import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROBLEMS, type ProblemCode } from '../../src/domain/problem.ts';

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/problems.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);
const codes = Object.keys(PROBLEMS) as ProblemCode[];

test('every problem has its section, in order and under its code alone, so that links find it', () => {
  expect([...sections.keys()]).toEqual(codes);
});

test.each(codes)('the section of %s says what it means, what pgdist looks at and what to do', (code) => {
  const meaning = `${PROBLEMS[code].charAt(0).toUpperCase()}${PROBLEMS[code].slice(1)}`;
  const section = sections.get(code) ?? '';
  expect(section).toContain(`*${meaning}.*`);
  expect(section).toMatch(/^- \*\*pgdist looks at\*\* \S/m);
  expect(section).toMatch(/^- \*\*Do:\*\* \S/m);
});

test('every code that the sources tell is in the catalogue, and every code of the catalogue is told', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const told = new Set(
    files
      .filter((file) => file !== 'domain/problem.ts')
      .flatMap((file) => [...readFileSync(join(root, 'src', file), 'utf8').matchAll(/PGD-\d{3}/g)].map(([code]) => code)),
  );
  expect([...told].toSorted()).toEqual(codes.toSorted());
});
