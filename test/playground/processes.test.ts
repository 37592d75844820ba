import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pgdistProcess } from '../../playground/processes.ts';

test('a process that cannot start is told with what it said last', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bot = pgdistProcess('bot', 'bot.ts', { PATH: process.env['PATH'] ?? '', PGDIST_CONFIG: join(folder, 'none.yaml') }, join(folder, 'bot.log'));
  await expect(bot.start()).rejects.toThrow(/^bot ended before it was ready:\n[^]*SLACK_BOT_TOKEN/);
  expect(bot.running).toBe(false);
});
