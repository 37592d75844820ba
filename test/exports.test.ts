import { expect, test } from 'vitest';
import { exportsOf, sourcesOf, takenBy, type Source } from './support/sources.ts';

const ROOMS = ['src', 'commands', 'playground'];
const product = sourcesOf(...ROOMS);
const taken = new Set([...product, ...sourcesOf('bench', 'scripts')].flatMap(takenBy));

/** Exports that no other file of ours takes; tests do not count, unless the docstring says that the export is theirs. */
const unusedIn = (source: Source): string[] =>
  exportsOf(source)
    .filter(({ name, doc }) => !taken.has(`${source.file}#${name}`) && !taken.has(`${source.file}#*`) && !/\b(for|by) tests\b/.test(doc))
    .map(({ name }) => name);

test('what is exported is taken by another file, or says that it is for tests', () => {
  const unused = product.flatMap((source) => unusedIn(source).map((name) => `${source.file}: ${name}`));
  expect(unused).toEqual([]);
});

test('every docstring stands right above what it describes', () => {
  const orphans = [...product, ...sourcesOf('test', 'bench')].flatMap(({ file, text }) =>
    [...text.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n[ \t]*(?=\n|\/\*\*|\}|\]|$)/g)].map(
      ({ index, 0: doc }) => `${file}:${text.slice(0, index).split('\n').length} ${doc.slice(0, 60)}`,
    ),
  );
  expect(orphans.filter((orphan) => !orphan.includes(':1 '))).toEqual([]);
});

test.each([
  ['export const a = 1;', ['a']],
  ['/** Exported for tests. */\nexport const a = 1;', []],
  ['/** Of a.\n * Exported for tests.\n */\nexport const a = 1;', []],
  ['/** Exported for tests. */\n\nexport const a = 1;', ['a']],
  ["export type { B as C } from './b.ts';", ['C']],
  ['export async function a() {}\nexport interface B {}\nexport type C = B;\nexport class D {}', ['a', 'B', 'C', 'D']],
])('of %j is unused %j', (text, names) => {
  expect(unusedIn({ file: 'src/nowhere.ts', text })).toEqual(names);
});
