import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCommands } from '../../src/command/registry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-commands-'));
});
afterEach(() => rm(folder, { recursive: true }));

const load = () => loadCommands(pathToFileURL(`${folder}/`));
const command = (fields: string): string =>
  `export default { name: 'deploy', summary: 's', usage: 'deploy', deed: 'deploy', run: async () => ({ text: '' }), ${fields} };`;

test('the folder commands/ is the registry, in the order of the help', async () => {
  const names = (await loadCommands()).map(({ name }) => name);
  expect(names).toEqual([
    'deploy',
    'plan',
    'status',
    'verify',
    'explain',
    'cancel',
    'reject',
    'mute',
    'unmute',
    'lock',
    'unlock',
    'pending',
    'history',
    'notify',
    'runs',
    'audit',
    'bundle',
    'export',
    'help',
  ]);
});

test('a file in the folder is a command', async () => {
  await writeFile(join(folder, 'deploy.js'), command(''));
  await writeFile(join(folder, 'README.md'), 'not a command');
  expect((await load()).map(({ name }) => name)).toEqual(['deploy']);
});

test.each([
  ['no default export', 'export const deploy = 1;', /commands\/deploy\.js must export a command .* but exports no default/],
  ['a function', 'export default () => 1;', /but exports a function/],
  ['an object without run', command('run: undefined'), /but exports an object with name, summary, usage, deed, run: run/],
  [
    'an object that does not say what it does',
    command('deed: undefined'),
    /: deed: is missing: say what the command does, so that it is known who may/,
  ],
  [
    'a deed that nobody knows',
    command("deed: 'wipe'"),
    /: deed: must be one of help, notify, runs, pending, history, audit, explain, deploy, plan, verify, status, mute, unmute, lock, unlock, bundle, export, reject, cancel$/,
  ],
  ['a deed that takes a look at the plan', command("deed: 'approve'"), /: deed: approve cannot be typed; must be one of/],
  ['a deed of every object', command("deed: 'toString'"), /: deed: must be one of/],
  ['another name', command("name: 'apply'"), /exports the command apply; the file must have its name/],
  ['a usage of another command', command("usage: 'apply <x>'"), /has the usage "apply <x>", which must start with deploy/],
])('%s is refused by naming the file and what was found', async (_what, source, message) => {
  await writeFile(join(folder, 'deploy.js'), source);
  await expect(load()).rejects.toThrow(message);
});

test('an empty folder is a fault, not a bot that knows nothing', async () => {
  await expect(load()).rejects.toThrow('holds no commands');
});
