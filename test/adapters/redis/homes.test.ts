import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { redisHomes, redisPreferences } from '../../../src/adapters/redis/homes.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { redisReportSchedule } from '../../../src/adapters/redis/report-schedule.ts';
import type { Homes, Preferences } from '../../../src/ports/homes.ts';
import type { ReportSchedule } from '../../../src/ports/report-schedule.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let clock: ReturnType<typeof manualClock>;
let homes: Homes;
let preferences: Preferences;
let schedule: ReportSchedule;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => {
  const keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  clock = manualClock();
  homes = redisHomes({ redis, keys, clock });
  preferences = redisPreferences({ redis, keys });
  schedule = redisReportSchedule({ redis, keys });
});
afterEach(() => redis.disconnect());

const visitor = (userId: string) => ({ userId, openedAt: clock.now().toISOString(), channels: ['C0DB'] });
const after = (ms: number): Date => new Date(clock.now().getTime() + ms);

test('a tab that was opened is due at once, and its visitor is kept', async () => {
  await homes.opened(visitor('U0BOB'));
  expect(await schedule.due(after(0))).toEqual(['home-U0BOB']);
  expect(await homes.visitor('U0BOB')).toEqual(visitor('U0BOB'));
  expect(await homes.visitor('U0ALICE')).toBeUndefined();
});

test('a change makes every tab due that was opened lately, one after the other and no sooner than in a moment', async () => {
  for (const user of ['U0ALICE', 'U0BOB', 'U0CAROL']) {
    await homes.opened(visitor(user));
    await schedule.begin(`home-${user}`, after(0));
    await schedule.settled(`home-${user}`, after(0));
  }
  await homes.forget('U0CAROL');
  for (let changes = 0; changes < 20; changes += 1) await homes.changed();
  expect(await schedule.due(after(3_900))).toEqual([]);
  expect(await schedule.due(after(4_000))).toEqual(['home-U0ALICE']);
  expect(await schedule.due(after(10_000))).toEqual(['home-U0ALICE', 'home-U0BOB']);
});

test('a tab that was opened more than an hour ago is left alone', async () => {
  await homes.opened(visitor('U0BOB'));
  await schedule.begin('home-U0BOB', after(0));
  await schedule.settled('home-U0BOB', after(0));
  await clock.advance(3_600_001);
  await homes.changed();
  expect(await schedule.due(after(100_000))).toEqual([]);
});

test('direct messages are wanted until somebody turns them off, and again when they turn them on', async () => {
  expect(await preferences.notified('U0BOB')).toBe(true);
  await preferences.setNotified('U0BOB', false);
  await preferences.setNotified('U0BOB', false);
  expect(await preferences.notified('U0BOB')).toBe(false);
  expect(await preferences.notified('U0ALICE')).toBe(true);
  await preferences.setNotified('U0BOB', true);
  expect(await preferences.notified('U0BOB')).toBe(true);
});
