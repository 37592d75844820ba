import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const folder = new URL('../../playground/', import.meta.url).pathname;

/** Paths that a file builds from where it stands: new URL('…', import.meta.url), join(import.meta.dirname, '…', '…'). Parts that are computed end one. */
const pathsIn = (file: string): string[] => {
  const source = readFileSync(join(folder, file), 'utf8');
  const urls = [...source.matchAll(/new URL\(\s*['`]([^'`$]*)[^'`]*['`],\s*import\.meta\.url\)/g)].map(([, path]) => path ?? '');
  const joined = [...source.matchAll(/join\(import\.meta\.dirname((?:,\s*'[^']*')+)/g)].map(([, parts = '']) =>
    [...parts.matchAll(/'([^']*)'/g)].map(([, part]) => part).join('/'),
  );
  return [...urls, ...joined].map((path) => join(dirname(join(folder, file)), path));
};

test('every file of the playground finds the files that it names by where it stands', () => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap(pathsIn)
    // Made at the first start.
    .filter((path) => !path.includes('/node_modules/.cache/'));
  expect(paths.length).toBeGreaterThan(4);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});
