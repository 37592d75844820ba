import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { redisReportSchedule } from '../../../src/adapters/redis/report-schedule.ts';
import { redisWatchStore } from '../../../src/adapters/redis/watch-store.ts';
import { LAG_KEPT_MS, MOST_SAMPLES } from '../../../src/domain/lag.ts';
import { notice } from '../../../src/domain/notice.ts';
import { told } from '../../../src/domain/text.ts';
import { UNSEEN } from '../../../src/domain/watched.ts';
import { StaleWatchError, type WatchStore } from '../../../src/ports/watch-store.ts';
import { createRedactor } from '../../../src/redaction/redactor.ts';
import { bob } from '../../support/installation.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { memoryWatches } from '../../support/memory-watches.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let keys: ReturnType<typeof keysOf>;
let watches: WatchStore;
const clock = manualClock();
const SECRET = `pw-${randomUUID()}`;
const of = { fleet: 'demo', database: 'postgres' };
const alertOf = (id: string, words = 'seen') =>
  notice(
    id,
    { fleet: 'demo', database: 'postgres' },
    { code: 'PGD-092', what: told`what`, evidence: [words], remedy: told`mend it` },
    'tokyo',
    '2026-11-22T14:00:00.000Z',
    [{ channel: 'C0DB' }],
  );
const after = (ms: number): Date => new Date(clock.now().getTime() + ms);

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => {
  keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  watches = redisWatchStore({ redis, keys, clock, redactor: createRedactor(SECRET) });
});
afterEach(() => redis.disconnect());

describe.each(['Redis', 'memory'] as const)('over %s', (kind) => {
  beforeEach(() => {
    if (kind === 'memory') watches = memoryWatches();
  });

  test('of the lag the newest looks are kept, oldest first', async () => {
    const sampleAt = (at: number) => ({ at: new Date(at * 1_000).toISOString(), nextMs: 60_000, behind: { 'postgres-1': at } });
    for (let at = 0; at < MOST_SAMPLES + 3; at += 1) await watches.rememberLag(of, sampleAt(at));
    const kept = await watches.lag(of);
    expect(kept).toHaveLength(MOST_SAMPLES);
    expect([kept[0], kept.at(-1)]).toEqual([sampleAt(3), sampleAt(MOST_SAMPLES + 2)]);
    expect(await watches.lag({ ...of, database: 'orders' })).toEqual([]);
  });

  test('a look is planned once, moved by whoever says when, and due at its instant', async () => {
    await watches.plan([of], after(1_000));
    await watches.plan([of], after(0));
    expect(await watches.due(after(999))).toEqual([]);
    expect(await watches.due(after(1_000))).toEqual([of]);
    await watches.dueAt(of, after(5_000));
    expect(await watches.due(after(4_000))).toEqual([]);
    await watches.save(of, { watched: UNSEEN, revision: 0 }, undefined, []);
    expect(await watches.due(after(1_000_000))).toEqual([]);
  });

  test('of two workers that looked at the same state one is refused, with all that it wanted to tell', async () => {
    const read = await watches.recall(of);
    expect(read).toEqual({ watched: UNSEEN, revision: 0 });
    await watches.save(of, { ...read, watched: { deployed: true } }, after(1), [alertOf('first')]);
    await expect(watches.save(of, read, after(2), [alertOf('second')])).rejects.toThrow(StaleWatchError);
    expect(await watches.recall(of)).toEqual({ watched: { deployed: true }, revision: 1 });
    expect(await watches.alert('alert-first')).toEqual(alertOf('first'));
    expect(await watches.alert('alert-second')).toBeUndefined();
    await watches.save(of, { watched: UNSEEN, revision: 1 }, after(2), []);
    expect(await watches.recall(of)).toEqual({ watched: UNSEEN, revision: 2 });
  });

  test('a notice is told once, and again only as one that is there', async () => {
    expect(await watches.tellOnce(alertOf('a'))).toBe(true);
    expect(await watches.tellOnce(alertOf('a', 'other words'))).toBe(false);
    expect(await watches.alert('alert-a')).toEqual(alertOf('a'));
    await watches.tell(alertOf('a', 'other words'));
    await watches.tell(alertOf('b'));
    expect([await watches.alert('alert-a'), await watches.alert('alert-b')]).toEqual([alertOf('a', 'other words'), undefined]);
  });

  test('a mute, the last deploy and the last difference are remembered, and forgotten', async () => {
    const mute = { by: bob, at: clock.now().toISOString(), until: after(60_000).toISOString(), reason: 'upgrade' };
    expect([await watches.muted(of), await watches.unmute(of), await watches.lastDeploy(of), await watches.lastDrift(of)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await watches.mute(of, mute);
    expect(await watches.muted(of)).toEqual(mute);
    expect(await watches.muted({ ...of, database: 'orders' })).toBeUndefined();
    expect(await watches.unmute(of)).toEqual(mute);
    expect(await watches.muted(of)).toBeUndefined();
    await watches.rememberDeploy(of, 'r1');
    expect(await watches.lastDeploy(of)).toBe('r1');
    await watches.rememberDrift(of, { digest: 'd', alert: 'alert-x' });
    expect(await watches.lastDrift(of)).toEqual({ digest: 'd', alert: 'alert-x' });
    await watches.rememberDrift(of, undefined);
    expect(await watches.lastDrift(of)).toBeUndefined();
  });
});

test('what is to be told is due for the reporter in the same step', async () => {
  const schedule = redisReportSchedule({ redis, keys });
  await watches.save(of, { watched: UNSEEN, revision: 0 }, after(1), [alertOf('a')]);
  await watches.tellOnce(alertOf('b'));
  expect((await schedule.due(clock.now())).toSorted()).toEqual(['alert-a', 'alert-b']);
});

test('every key of the watch ends by itself or is one of each database, and none holds a secret', async () => {
  await watches.plan([of], after(1));
  await watches.save(of, { watched: UNSEEN, revision: 0 }, after(1), [alertOf('a', SECRET)]);
  await watches.mute(of, { by: bob, at: clock.now().toISOString(), until: after(60_000).toISOString(), reason: SECRET });
  await watches.rememberDeploy(of, 'r1');
  await watches.rememberDrift(of, { digest: 'd' });
  const ends = await Promise.all(
    [
      keys.watched('demo', 'postgres'),
      keys.alert('alert-a'),
      keys.mute('demo', 'postgres'),
      keys.lastDeploy('demo', 'postgres'),
      keys.drift('demo', 'postgres'),
    ].map((key) => redis.pttl(key)),
  );
  expect(ends.every((ms) => ms > 0)).toBe(true);
  expect(ends[2]).toBeLessThanOrEqual(60_000);
  expect(JSON.stringify([await watches.alert('alert-a'), await watches.muted(of)])).not.toContain(SECRET);
});

test.each([['no JSON'], ['{"deployed":"perhaps"}'], ['{"deployed":true,"episode":{"told":true}}'], ['[]']])(
  'a state that nobody can read (%s) begins anew, and can be written',
  async (json) => {
    await redis.hset(keys.watched('demo', 'postgres'), 'revision', '7', 'json', json);
    const read = await watches.recall(of);
    expect(read).toEqual({ watched: UNSEEN, revision: 7 });
    await watches.save(of, { ...read, watched: { deployed: true } }, after(1), []);
    expect(await watches.recall(of)).toEqual({ watched: { deployed: true }, revision: 8 });
  },
);

test('the lag is forgotten an hour after the last look, and what cannot be read of it is left out', async () => {
  const key = keys.lag(of.fleet, of.database);
  await watches.rememberLag(of, { at: '2026-11-22T14:00:00.000Z', nextMs: 60_000, behind: { 'postgres-1': 1 } });
  expect(await redis.pttl(key)).toBeGreaterThan(LAG_KEPT_MS - 60_000);
  await redis.lpush(key, '{', '{"at":"yesterday"}', '"x"');
  expect(await watches.lag(of)).toHaveLength(1);
});
