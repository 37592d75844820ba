import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { problemPages } from '../../scripts/problem-pages.ts';
import { PROBLEMS, type ProblemCode } from '../../src/domain/problem.ts';
import { plainText } from '../../src/domain/text.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const codes = Object.keys(PROBLEMS) as ProblemCode[];
const areas = readdirSync(join(root, 'src/domain/problems')).filter((file) => file !== 'page.ts');

test('the pages and their index are what `npm run problems` writes', () => {
  const pages = problemPages();
  const stored = ['problems.md', ...readdirSync(join(root, 'docs/problems')).map((file) => `problems/${file}`)];
  expect(stored.toSorted()).toEqual([...pages.keys()].toSorted());
  for (const [path, text] of pages) expect(read(`docs/${path}`), path).toBe(text);
});

test('the index has each code as a heading, in order, so that links of earlier times find it', () => {
  expect([...read('docs/problems.md').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)).toEqual(codes);
});

test('each code is defined once, in the file of its area, in order', () => {
  const defined = areas.map((file) => [...read(`src/domain/problems/${file}`).matchAll(/^ {2}'(PGD-\d{3})': \{$/gm)].map(([, code = '']) => code));
  expect(defined.flat().toSorted()).toEqual(codes.toSorted());
  expect(codes).toEqual(codes.toSorted());
  for (const those of defined) expect(those).toEqual(those.toSorted());
});

test.each(codes)('%s says what it means, what pgdist looks at and what to do', (code) => {
  const { title, meaning, looksAt, remedy } = PROBLEMS[code];
  expect(title).toMatch(/^[^.]{8,80}[^.]$/);
  for (const text of [meaning, looksAt, remedy].map(plainText)) expect(text).toMatch(/^\S.{15,}[.)]$/);
});

test('every link between the pages leads to a file', () => {
  const links = ['docs/problems.md', ...codes.map((code) => `docs/problems/${code}.md`)].flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => join(dirname(page), target)),
  );
  expect(links.length).toBeGreaterThan(2 * codes.length);
  expect(links.filter((target) => !existsSync(join(root, target)))).toEqual([]);
});

test('every code that the sources tell is in the catalogue, and every code of the catalogue is told', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const told = new Set(
    files
      .filter((file) => !file.startsWith('domain/problems/'))
      .flatMap((file) => [...read(`src/${file}`).matchAll(/PGD-\d{3}/g)].map(([code]) => code)),
  );
  expect([...told].toSorted()).toEqual(codes.toSorted());
});
