import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const quotedPaths = [...page.matchAll(/`([\w-]+(?:\/[\w.-]+)+\/?|[\w-]+\.ts)`/g)].map(([, path]) => path ?? '');
const names = new Set(
  ['src', 'commands', 'playground', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => basename(file)),
  ),
);

test('every path and file that the page names exists', () => {
  const missing = quotedPaths.filter((path) => (path.includes('/') ? !existsSync(join(root, path)) : !names.has(path)));
  expect(quotedPaths.length).toBeGreaterThan(40);
  expect(missing).toEqual([]);
});

test('every room of src is on the page', () => {
  const rooms = readdirSync(join(root, 'src')).map((name) =>
    statSync(join(root, 'src', name)).isDirectory() ? `\`src/${name}/\`` : `\`src/${name}\``,
  );
  expect(rooms.filter((room) => !page.includes(room))).toEqual([]);
});
