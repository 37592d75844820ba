import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const linesOf = (file: string): string[] =>
  readFileSync(join(root, file), 'utf8')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** What the image takes out of the repository, by name. */
const PARTS = ['commands', 'package-lock.json', 'package.json', 'scripts/export-audit.ts', 'src'];

/** Sources of every COPY and ADD but those from another stage, whatever their form. */
const taken = linesOf('Dockerfile')
  .filter((line) => /^(COPY|ADD)\s/i.test(line) && !/\s--from=/.test(line))
  .flatMap((line) => {
    const words = line
      .replaceAll(/["[\],]/g, ' ')
      .split(/\s+/)
      .slice(1);
    return words.filter((word) => !word.startsWith('--')).slice(0, -1);
  })
  .map((source) => source.replace(/^\.?\//, '').replace(/\/$/, ''));

test('the image takes the product by name, and neither the playground, tests nor benchmarks', () => {
  expect([...new Set(taken)].toSorted()).toEqual(PARTS);
  expect(PARTS.filter((part) => !existsSync(join(root, part)))).toEqual([]);
});

test('nothing else reaches the build, so that no COPY can take more', () => {
  const [everything, ...rest] = linesOf('.dockerignore');
  expect(everything).toBe('*');
  expect(rest.toSorted()).toEqual(PARTS.map((part) => `!${part}`));
});

test('no mount brings the repository into a step of the build', () => {
  expect(linesOf('Dockerfile').filter((line) => /--mount=type=bind/.test(line))).toEqual([]);
});

test('what the image starts is in it', () => {
  const started = [readFileSync(join(root, 'Dockerfile'), 'utf8'), readFileSync(join(root, 'helm/pgdist/templates/worker.yaml'), 'utf8')].flatMap(
    (text) => [...text.matchAll(/\b((?:src|commands)\/[\w./-]+\.ts)\b/g)].map(([, file]) => file ?? ''),
  );
  expect(started.length).toBeGreaterThan(1);
  expect(started.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
