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

test('work that one fleet holds up takes no hands from that of another, and a job of before there were several is taken', async () => {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const open = (fleets: readonly string[]) => openRedis({ url: server.url, prefix, fleets, clock: systemClock, log: quietLog });
  const [former, redis] = [open([]), open(['eu', 'us'])];
  await former.queue.add({ runId: 'r-before', phase: 'plan', attempt: 1 });
  const ending = Promise.withResolvers<void>();
  const taken: string[] = [];
  const held = async (name: string): Promise<'ended'> => {
    taken.push(name);
    if (!name.startsWith('us')) await ending.promise;
    return 'ended';
  };
  const workers = redis.startWorkers({
    phase: ({ fleet = 'before', runId }) => held(`${fleet} ${runId}`),
    report: async () => 'ended',
    look: ({ fleet, database }) => held(`${fleet} look ${database}`),
  });
  onTestFinished(async () => {
    ending.resolve();
    await workers.close();
    await Promise.all([redis.close(), former.close()]);
  });
  for (let at = 0; at < 20; at += 1) {
    await redis.queue.add({ fleet: 'eu', runId: `r${at}`, phase: 'verify', attempt: 1 });
    await redis.queue.look({ fleet: 'eu', database: `db${at}` });
  }
  await eventually(() => expect(taken.filter((name) => name.startsWith('eu'))).toHaveLength(9));
  await redis.queue.add({ fleet: 'us', runId: 'r90', phase: 'verify', attempt: 1 });
  await redis.queue.look({ fleet: 'us', database: 'postgres' });
  await eventually(() => expect(taken).toEqual(expect.arrayContaining(['before r-before', 'us r90', 'us look postgres'])));
  expect(await redis.queue.has({ fleet: 'eu', runId: 'r19', phase: 'verify', attempt: 1 })).toBe(true);
  expect(new Set((await redis.queue.oldest()).map(({ queue, fleet }) => `${queue} of ${fleet}`))).toEqual(new Set(['read of eu', 'look of eu']));
});
