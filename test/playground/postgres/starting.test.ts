import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dataFolders } from '../../../playground/postgres/data-folder.ts';
import { startServer } from '../../../playground/postgres/server.ts';

const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pg-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test('what initdb could not make is made by the next start', async () => {
  const root = await emptyFolder();
  // Leaves half of it the first time; initdb refuses a folder that is not empty.
  const initdb = `#!/bin/sh\n[ -e "$2" ] && exit 3\n/bin/mkdir "$2"\n[ -e ${root}/tried ] || { : > ${root}/tried; exit 1; }\necho 17 > "$2/PG_VERSION"\n`;
  await writeFile(join(root, 'initdb'), initdb);
  await chmod(join(root, 'initdb'), 0o755);
  const folders = dataFolders({ bin: root }, join(root, 'data'));
  await expect(folders.createPrimary(join(root, 'data', 'one'))).rejects.toThrow('Command failed');
  await folders.createPrimary(join(root, 'data', 'one'));
  expect(await readFile(join(root, 'data', 'one', 'PG_VERSION'), 'utf8')).toBe('17\n');
});

test('a server whose program cannot be started ends, and says why', async () => {
  const root = await emptyFolder();
  const lines: string[] = [];
  const server = await startServer({
    binaries: { bin: join(root, 'nowhere') },
    data: root,
    socketFolder: join(root, 's'),
    address: '127.0.0.1',
    port: 1,
    log: (line) => void lines.push(line),
  });
  expect(await server.ended).toBe(127);
  expect(lines).toEqual([expect.stringContaining('ENOENT')]);
});
