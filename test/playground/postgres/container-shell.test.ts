import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { containerShell } from '../../../playground/postgres/container-shell.ts';
import { folderFor } from '../../support/folder.ts';

const MB = 1024 ** 2;

const run = async (line: string, capacity = 100 * MB) => {
  const data = await folderFor();
  mkdirSync(join(data, 'base'));
  writeFileSync(join(data, 'base/1'), '');
  truncateSync(join(data, 'base/1'), 25 * MB);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await containerShell({ data, capacity })(line, { stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, out: (await text(stdout)).split('\n'), err: await text(stderr) };
};

test('df tells the volume of the pod by its claim and by the sizes of its files', async () => {
  const { code, out } = await run('timeout 0.4 df -Pk "${PGDATA:-/var/pv/data}" "${PGDATA:-/var/pv/data}/pg_wal"');
  expect(code).toBe(0);
  expect(out[1]).toMatch(/^\/dev\/pv 102400 25600 76800 25% \/var\/pv$/);
  expect(out[2]).toBe(out[1]);
});

test('a volume is never fuller than full', async () => {
  expect((await run('df -Pk /var/pv', 10 * MB)).out[1]).toBe('/dev/pv 10240 10240 0 100% /var/pv');
});

test('a folder and a program that are not in the image are refused as a shell does', async () => {
  expect(await run('df -Pk /var/nowhere')).toMatchObject({ code: 1, err: 'df: /var/nowhere: No such file or directory\n' });
  expect(await run('curl http://example.com')).toMatchObject({ code: 127, err: 'sh: curl: not found\n' });
});
