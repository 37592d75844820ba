import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openRedis } from '../../../src/adapters/redis/index.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

test('a job counts while it waits and for a moment after a worker took it: then the lease tells whether that one lives', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
  const redis = openRedis({ url: server.url, prefix: `test-${randomUUID().slice(0, 8)}`, clock, log: quietLog });
  const job = { runId: 'r1', phase: 'apply', attempt: 1 } as const;
  expect(await redis.queue.has(job)).toBe(false);
  await redis.queue.add(job);
  expect(await redis.queue.has(job)).toBe(true);
  const ending = Promise.withResolvers<void>();
  let taken = false;
  const workers = redis.startWorkers({
    async phase() {
      taken = true;
      await ending.promise;
      return 'ended';
    },
    report: async () => 'ended',
    look: async () => 'ended',
  });
  onTestFinished(async () => {
    ending.resolve();
    await workers.close();
    await redis.close();
  });
  await eventually(() => expect(taken).toBe(true));
  aheadMs = 1_000;
  expect(await redis.queue.has(job)).toBe(false);
});

test('of each queue in which something waits it is known how long its oldest job has', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
  const redis = openRedis({ url: server.url, prefix: `test-${randomUUID().slice(0, 8)}`, clock, log: quietLog });
  onTestFinished(() => redis.close());
  expect(await redis.queue.oldest()).toEqual([]);
  await redis.queue.add({ runId: 'r1', phase: 'apply', attempt: 1 });
  aheadMs = 90_000;
  await redis.queue.add({ runId: 'r2', phase: 'plan', attempt: 1 });
  const oldest = await redis.queue.oldest();
  expect(oldest.map(({ queue }) => queue)).toEqual(['apply', 'read']);
  for (const { waitsMs } of oldest) expect(waitsMs).toBeGreaterThanOrEqual(90_000);
});
