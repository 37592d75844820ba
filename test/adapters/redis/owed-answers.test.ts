import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf, type Keys } from '../../../src/adapters/redis/keys.ts';
import { redisOwedAnswers } from '../../../src/adapters/redis/owed-answers.ts';
import type { OwedAnswer, OwedAnswers } from '../../../src/ports/owed-answers.ts';
import { createRedactor } from '../../../src/redaction/redactor.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let clock: ReturnType<typeof manualClock>;
let keys: Keys;
let owed: OwedAnswers;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => {
  keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  clock = manualClock();
  owed = redisOwedAnswers({ redis, keys, clock, redactor: createRedactor('s3cret-of-redis') });
});
afterEach(() => redis.disconnect());

const pass = (ms: number): Promise<void> => clock.advance(ms);
const asked = (id: string): OwedAnswer => ({
  id,
  by: { userId: 'U0BOB', teamId: 'T0' },
  what: 'approve',
  runId: 'r1',
  channel: 'C0DB',
  threadTs: '100.1',
  at: clock.now().toISOString(),
});

test('what somebody says that they will answer is left to them, and told by another once they have said nothing for ten seconds', async () => {
  await owed.owe(asked('t1'));
  await pass(9_000);
  await owed.owe(asked('t1'));
  await pass(9_000);
  expect(await owed.take()).toEqual([]);
  await pass(1_000);
  expect(await owed.take()).toEqual([{ ...asked('t1'), at: expect.any(String) }]);
  // Whoever took it may die as well.
  expect(await owed.take()).toEqual([]);
  await pass(10_000);
  expect(await owed.take()).toHaveLength(1);
  await owed.settle('t1');
  await pass(10_000);
  expect(await owed.take()).toEqual([]);
  expect(await redis.exists(keys.owed, keys.owedAnswer('t1'))).toBe(0);
});

test('what was told is owed to nobody, and of many some are taken at a time', async () => {
  await owed.owe(asked('told'));
  await owed.settle('told');
  for (let count = 0; count < 25; count += 1) await owed.owe(asked(`t${count}`));
  await pass(10_000);
  expect(await owed.take()).toHaveLength(20);
  expect(await owed.take()).toHaveLength(5);
});

test('each is kept for half an hour, without secrets, and one that cannot be read harms no other', async () => {
  await owed.owe({ ...asked('t1'), what: 'deploy s3cret-of-redis' });
  expect(await redis.pttl(keys.owedAnswer('t1'))).toBeGreaterThan(29 * 60_000);
  expect(await redis.get(keys.owedAnswer('t1'))).not.toContain('s3cret-of-redis');
  await redis.zadd(keys.owed, 0, 'gone');
  await redis.set(keys.owedAnswer('newer'), '{"of":"another version"}');
  await redis.zadd(keys.owed, 0, 'newer');
  await pass(10_000);
  expect((await owed.take()).map(({ id }) => id)).toEqual(['t1']);
  expect(await redis.zscore(keys.owed, 'gone')).toBeNull();
});
