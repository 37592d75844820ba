import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { redisWorkerBeats } from '../../../src/adapters/redis/worker-beats.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { eventually } from '../../support/eventually.ts';
import { settableClock } from '../slack/workspace.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let keys: ReturnType<typeof keysOf>;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => {
  keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
});
afterEach(() => redis.disconnect());

const clock = settableClock('2026-11-22T14:00:00.000Z');
const beats = () => redisWorkerBeats({ redis, keys, clock });
const LONG_MS = 600_000;

test('where no worker ever spoke nobody is alive, and nothing is known of when', async () => {
  expect(await beats().heard()).toEqual({ alive: false });
});

test('a worker is alive for as long as it said, and when it was heard last stays known', async () => {
  clock.set('2026-11-22T14:00:01.000Z');
  await beats().beat('a', 50);
  await eventually(async () => expect(await beats().heard()).toEqual({ alive: false, lastAt: '2026-11-22T14:00:01.000Z' }));
});

test('one worker that lives is enough, whichever was heard last', async () => {
  clock.set('2026-11-22T14:00:02.000Z');
  await beats().beat('lives', LONG_MS);
  clock.set('2026-11-22T14:00:03.000Z');
  await beats().beat('dies', 1);
  await eventually(async () => expect(await redis.exists(keys.worker('dies'))).toBe(0));
  expect(await beats().heard()).toMatchObject({ alive: true });
});

test('a worker that ends is gone at once', async () => {
  await beats().beat('a', LONG_MS);
  await beats().withdraw('a');
  expect(await beats().heard()).toMatchObject({ alive: false });
});

test('the names of workers of long ago are forgotten, but not when the newest of them was heard', async () => {
  clock.set('2026-11-22T10:00:00.000Z');
  await beats().beat('old', 1);
  expect(await beats().heard()).toMatchObject({ lastAt: '2026-11-22T10:00:00.000Z' });
  clock.set('2026-11-22T14:00:00.000Z');
  await beats().beat('new', LONG_MS);
  expect(await redis.zrange(keys.workers, '0', '-1')).toEqual(['new']);
});

test('a value of somebody else where the instant should be is told as not known', async () => {
  await redis.call('ZADD', keys.workers, '+inf', 'foreign');
  expect(await beats().heard()).toEqual({ alive: false });
});
