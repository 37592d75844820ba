import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { patienceMs } from '../support/eventually.ts';

let redis: TestRedis;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  redis = await startRedis();
});
afterAll(async () => {
  await redis?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The playground as a person starts it, without a browser. */
const play = (...args: string[]) =>
  execa(process.execPath, ['playground/main.ts', ...args], {
    env: { REDIS_URL: redis.url },
    reject: false,
    timeout: patienceMs(),
    forceKillAfterDelay: 10_000,
  });

test('the tour of the README runs from its first line to its last and shows the channel at its end', async () => {
  const { exitCode, stdout, stderr } = await play('--script', 'examples/tour.txt', '--patience', String(Math.floor(patienceMs() / 1000)));
  expect({ exitCode, stderr }, stdout).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^Open http:\/\/127\.0\.0\.1:\d+\/ and type \/pgdist deploy postgres/);
  expect(stdout).toContain('> fleet: start postgres-1');
  expect(stdout).toContain('postgres is running over 2 clusters');
  expect(stdout).toContain('postgres needs a look: 1 of 2 standbys is missing');
});

test('a script that does not get what it expected ends with its line, the reason and exit code 1', async () => {
  const script = join(folder, 'wrong.txt');
  await writeFile(script, '# nothing of that name\nfleet: stop postgres-9\n');
  const { exitCode, stdout } = await play('--script', script);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('line 2 failed: fleet: stop postgres-9\n  the fleet has no postgres-9: postgres-0,');
});

test('an option that does not exist is refused in a sentence', async () => {
  const { exitCode, stderr } = await play('--spped', '9');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^Unknown option '--spped'/);
  expect(stderr).not.toMatch(/\n\s+at /);
});
