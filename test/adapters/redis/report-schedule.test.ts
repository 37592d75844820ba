import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { redisReportSchedule } from '../../../src/adapters/redis/report-schedule.ts';
import { redisRunStore } from '../../../src/adapters/redis/run-store.ts';
import { move } from '../../../src/domain/run.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { queuedRun } from '../../support/stored-run.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;

beforeAll(async () => {
  server = await startRedis();
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const opened = (prefix: string) => {
  const clock = manualClock();
  const keys = keysOf(prefix);
  const inMs = (ms: number): Date => new Date(clock.now().getTime() + ms);
  return { clock, inMs, schedule: redisReportSchedule({ redis, keys }), store: redisRunStore({ redis, keys, clock }) };
};

test('a run that changes while it is shown is due again, also where Slack keeps its reporter for longer than it said', async () => {
  const { clock, inMs, schedule, store } = opened('a');
  await store.create(queuedRun('r1'), 'k');
  const until = inMs(5_000);
  await schedule.begin('r1', until);
  await clock.advance(8_000);
  await store.save(move(queuedRun('r1'), 'planning'));
  expect(await schedule.settled('r1', until)).toBe(false);
  expect(await schedule.due(clock.now())).toEqual(['r1']);
});

test('a wake-up while a run is shown is not lost, however long that takes', async () => {
  const { clock, inMs, schedule } = opened('b');
  const until = inMs(5_000);
  await schedule.begin('r1', until);
  await clock.advance(8_000);
  await schedule.later('r1', clock.now());
  expect(await schedule.settled('r1', until)).toBe(false);
});

test('a run that was shown and did not change is forgotten', async () => {
  const { inMs, schedule } = opened('c');
  const until = inMs(5_000);
  await schedule.begin('r1', until);
  expect(await schedule.settled('r1', until)).toBe(true);
  expect(await schedule.due(inMs(60_000))).toEqual([]);
});

test('of two instants the earlier one counts, and a reporter that died is made up for', async () => {
  const { inMs, schedule } = opened('d');
  await schedule.later('r1', inMs(2_000));
  await schedule.later('r1', inMs(60_000));
  expect(await schedule.due(inMs(1_000))).toEqual([]);
  expect(await schedule.due(inMs(2_000))).toEqual(['r1']);
  await schedule.begin('r1', inMs(5_000));
  expect(await schedule.due(inMs(4_000))).toEqual([]);
  expect(await schedule.due(inMs(5_001))).toEqual(['r1']);
});
