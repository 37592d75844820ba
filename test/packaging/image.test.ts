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
const PARTS = [
  'bin',
  'commands',
  'package-lock.json',
  'package.json',
  'scripts/ask-health.ts',
  'scripts/export-audit.ts',
  'scripts/node-version.mjs',
  'scripts/print-manifest.ts',
  'scripts/print-rbac.ts',
  'scripts/rbac-table.ts',
  'scripts/rbac-yaml.ts',
  'src',
];

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
  const launcher = readFileSync(join(root, 'bin/pgdist'), 'utf8');
  const started = [...launcher.matchAll(/\b((?:src|scripts)\/[\w./-]+\.m?[jt]s)\b/g)].map(([, file]) => file ?? '');
  expect(started).toEqual(expect.arrayContaining(['src/bot.ts', 'src/worker.ts', 'scripts/ask-health.ts']));
  const within = (file: string): boolean => PARTS.some((part) => file === part || file.startsWith(`${part}/`));
  expect(started.filter((file) => !existsSync(join(root, file)) || !within(file))).toEqual([]);
});

test('every base is named by a digest, and the image runs as nobody with a health check', () => {
  const lines = linesOf('Dockerfile');
  const bases = lines.filter((line) => /^ARG \w+_IMAGE=/.test(line));
  expect(bases).toHaveLength(3);
  expect(bases.filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => /^FROM \$\{\w+_IMAGE\}/.test(line))).toBe(true);
  expect(lines).toContain('USER 10001:10001');
  expect(lines.some((line) => line.startsWith('HEALTHCHECK ') && line.endsWith('CMD ["pgdist", "health"]'))).toBe(true);
});
