import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { redisLeases } from '../../../src/adapters/redis/leases.ts';
import { slowness } from '../../../src/adapters/redis/slowness.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { LeaseLostError } from '../../../src/ports/lease.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { eventually } from '../../support/eventually.ts';
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

const DURATION_MS = 2_000;
const leases = () => redisLeases({ redis, keys, clock: systemClock, durationMs: DURATION_MS });

test('one worker holds a lease, the next gets it with a higher epoch once it is given back', async () => {
  const first = (await leases().take('run:r1'))!;
  expect(await leases().take('run:r1')).toBeUndefined();
  await first.release();
  const second = (await leases().take('run:r1'))!;
  expect(second.epoch).toBeGreaterThan(first.epoch);
  expect(() => first.assertHeld()).toThrow(LeaseLostError);
  await second.release();
});

test('epochs go on growing where Redis loses all that it held', async () => {
  const first = (await leases().take('run:r1'))!;
  await redis.flushall();
  const second = (await leases().take('run:r1'))!;
  expect(second.epoch).toBeGreaterThan(first.epoch);
  await Promise.all([first.release(), second.release()]);
});

test('who loses a lease is told whether anybody else can have had it: nobody where Redis forgot it in its time', async () => {
  const forgotten = (await leases().take('run:r1'))!;
  await redis.flushall();
  await once(forgotten.signal, 'abort');
  expect(forgotten.signal.reason).toMatchObject({ name: 'LeaseLostError', wasForgotten: true });

  const late = (await leases().take('run:r2'))!;
  redis.disconnect();
  await once(late.signal, 'abort');
  expect(late.signal.reason).toMatchObject({ name: 'LeaseLostError', wasForgotten: false });
});

test('a held lease is renewed beyond its own time', async () => {
  const lease = (await leases().take('run:r1'))!;
  let leftMs = DURATION_MS;
  let renewals = 0;
  await eventually(async () => {
    const nowLeftMs = await redis.pttl(keys.lease('run:r1'));
    if (nowLeftMs > leftMs) renewals += 1;
    leftMs = nowLeftMs;
    // Each comes a quarter of the time after the one before.
    expect(renewals).toBeGreaterThan(4);
  });
  lease.assertHeld();
  expect(await leases().take('run:r1')).toBeUndefined();
  await lease.release();
});

test('a lease that cannot be renewed is lost before Redis would give it to somebody else', async () => {
  const lease = (await leases().take('run:r1'))!;
  const lost = once(lease.signal, 'abort');
  redis.disconnect();
  await lost;
  expect(lease.signal.reason).toBeInstanceOf(LeaseLostError);
  expect(() => lease.assertHeld()).toThrow(LeaseLostError);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  expect(await redis.exists(keys.lease('run:r1'))).toBe(1);
});

test('a lease that another worker holds is noticed at the next renewal', async () => {
  const lease = (await leases().take('run:r1'))!;
  const lost = once(lease.signal, 'abort');
  await redis.set(keys.lease('run:r1'), 'somebody else');
  await lost;
  expect(String(lease.signal.reason)).toContain('another worker');
});

test('a process that gets its turns late holds its leases for longer', async () => {
  const lateMs = 800;
  const late = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms + lateMs, signal) };
  const lease = (await redisLeases({ redis, keys, clock: late, durationMs: DURATION_MS }).take('run:r1'))!;
  await eventually(async () => expect(await redis.pttl(keys.lease('run:r1'))).toBeGreaterThan(DURATION_MS + lateMs));
  lease.assertHeld();
  await lease.release();
});

test('what made a process slow is forgotten with time', () => {
  let nowMs = 0;
  const slow = slowness(() => nowMs);
  expect(slow.lateMs()).toBe(0);
  slow.seen(2_000);
  slow.seen(500);
  expect(slow.lateMs()).toBe(2_000);
  nowMs = 30_000;
  expect(slow.lateMs()).toBe(1_000);
  slow.seen(1_200);
  expect(slow.lateMs()).toBe(1_200);
  nowMs = 600_000;
  expect(slow.lateMs()).toBeLessThan(1);
});
