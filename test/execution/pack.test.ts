import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packed } from '../../src/execution/bundle/pack.ts';
import type { BundleFile } from '../../src/execution/bundle/tar.ts';
import { folderFor } from '../support/folder.ts';

const AT = new Date('2026-11-28T01:02:03Z');
const index = (kept: readonly BundleFile[], leftOut: readonly BundleFile[]): string => `${kept.length} kept, ${leftOut.length} left out`;

const listed = async (files: readonly BundleFile[]) => {
  const { bytes, count } = await packed(files, index, AT);
  const folder = await folderFor();
  await writeFile(join(folder, 'a.tar.gz'), bytes);
  const { stdout } = await promisify(execFile)('tar', ['-tzf', 'a.tar.gz'], { cwd: folder, env: { ...process.env, TZ: 'UTC' } });
  await promisify(execFile)('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
  return { bytes: bytes.length, count, names: stdout.trim().split('\n'), read: (path: string) => readFile(join(folder, path), 'utf8') };
};

test.each([0, 1, 511, 512, 513])('tar reads back a file of %i bytes, whatever is in it', async (size) => {
  const text = 'ä'.repeat(size).slice(0, size);
  const { names, read, count } = await listed([{ path: 'bundle/clusters/tokyo/logs/a.log', text }]);
  expect(names).toEqual(['bundle/index.txt', 'bundle/clusters/tokyo/logs/a.log']);
  expect(count).toBe(2);
  expect(await read('bundle/clusters/tokyo/logs/a.log')).toBe(text);
});

test('names that are too long are cut, and those that are the same then stay apart', async () => {
  const path = (end: string): string => `bundle/${'x'.repeat(150)}${end}/${'y'.repeat(150)}${end}`;
  const { names, read } = await listed([
    { path: path('same'), text: 'first' },
    { path: path('same'), text: 'second' },
  ]);
  expect(new Set(names).size).toBe(3);
  expect([await read(names[1] ?? ''), await read(names[2] ?? '')]).toEqual(['first', 'second']);
});

test('what would be too large is left out from the end, and the index says how many', async () => {
  const files = Array.from({ length: 40 }, (_, at) => ({ path: `bundle/${at}`, text: randomBytes(400_000).toString('base64') }));
  const { bytes, names, read, count } = await listed(files);
  expect(bytes).toBeLessThanOrEqual(7_500_000);
  expect(count).toBe(names.length);
  expect(names.length).toBeGreaterThan(10);
  expect(names.slice(0, 3)).toEqual(['bundle/index.txt', 'bundle/0', 'bundle/1']);
  expect(await read('bundle/index.txt')).toBe(`${names.length - 1} kept, ${40 - names.length + 1} left out`);
});
