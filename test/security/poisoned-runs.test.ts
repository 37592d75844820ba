import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commandConnection } from '../../src/adapters/redis/connection.ts';
import { keysOf } from '../../src/adapters/redis/keys.ts';
import { redisLeases } from '../../src/adapters/redis/leases.ts';
import { redisReportSchedule } from '../../src/adapters/redis/report-schedule.ts';
import { redisRunStore } from '../../src/adapters/redis/run-store.ts';
import { storedRun } from '../../src/adapters/redis/stored-run.ts';
import { card } from '../../src/adapters/slack/render/card.ts';
import { statusAnswer } from '../../src/adapters/slack/render/status-answer.ts';
import { repliesOf } from '../../src/adapters/slack/thread-replies.ts';
import { move, type Run } from '../../src/domain/run.ts';
import { reconcileOnce } from '../../src/execution/reconcile-runs.ts';
import { reportRun } from '../../src/execution/report-run.ts';
import type { Log } from '../../src/ports/log.ts';
import { UnreadableRunError, type RunStore } from '../../src/ports/run-store.ts';
import * as fixtures from '../adapters/slack/fixtures.ts';
import { bob } from '../support/installation.ts';
import { manualClock } from '../support/manual-clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { testDatabase } from '../support/fleet.ts';
import { queuedRun } from '../support/stored-run.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const everyRun = Object.entries(fixtures).filter((entry): entry is [string, Run] => typeof entry[1] === 'object' && 'requestedBy' in entry[1]);
const NOW = '2026-11-22T14:08:10.000Z';
const who = { approvers: ['U0BOB'], requesterMayApprove: false };

const rendered = (run: Run): number =>
  run.kind === 'status' && run.answer !== undefined
    ? JSON.stringify(statusAnswer(run, NOW)).length
    : JSON.stringify([card(run, {}, NOW), repliesOf(run, who, NOW)]).length;

/** Of every list the first entry stands for all. */
const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] => [
  ...(path.length === 0 ? [] : [path]),
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value)
        .slice(0, Array.isArray(value) ? 2 : undefined)
        .flatMap(([key, inner]) => places(inner, [...path, key]))
    : []),
];
const REMOVED = Symbol('removed');
const JUNK: readonly unknown[] = [REMOVED, null, 7, -1, 1e300, 'x', '', true, [], {}, [null], { kind: 'x' }];
const damaged = (value: unknown, [key = '', ...rest]: readonly string[], junk: unknown): unknown => {
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = damaged(copy[key], rest, junk);
  else if (junk === REMOVED) delete copy[key];
  else copy[key] = junk;
  return copy;
};

test.each(everyRun)('the stored run %s is read as it is', (_, run) => {
  expect(storedRun(run.id, run, run.revision)).toEqual(run);
});

/** What goes wrong with such a text in Redis; undefined where it is refused in few words, or can be shown. */
const trouble = (id: string, text: string): string | undefined => {
  const found = storedRun(id, JSON.parse(text), 0);
  if (typeof found === 'string') return found.length < 300 ? undefined : 'refused in many words';
  try {
    rendered(found);
    return undefined;
  } catch (error) {
    return String(error);
  }
};

test.each(everyRun)('with whatever damage in one place the stored run %s is refused, or can be shown', (_, run) => {
  const troubles = places(run).flatMap((place) =>
    JUNK.map((junk) => ({ place: place.join('.'), junk, error: trouble(run.id, JSON.stringify(damaged(run, place, junk))) })),
  );
  expect(troubles.length).toBeGreaterThan(500);
  expect(troubles.filter(({ error }) => error !== undefined)).toEqual([]);
});

test.each([null, 7, 'x', [], {}, [fixtures.run]])('%j is no run', (value) => {
  expect(storedRun('r', value, 0)).toEqual(expect.any(String));
});

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let keys: ReturnType<typeof keysOf>;
let store: RunStore;
let errors: Readonly<Record<string, unknown>>[];
const clock = manualClock();

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
const log: Log = { ...quietLog, error: (fields) => void errors.push(fields), child: () => log };
beforeEach(() => {
  errors = [];
  keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  store = redisRunStore({ redis, keys, clock, log });
});
afterEach(() => redis.disconnect());

const run = (id: string, changes: Partial<Run> = {}): Run =>
  queuedRun(id, { state: 'planning', database: { ...testDatabase, name: id }, ...changes });

/** Writes past the store what stands at the key of a run. */
const POISON: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  'an unknown state': (id) => redis.hset(keys.run(id), 'json', JSON.stringify({ ...run(id), state: 'dreaming' })),
  'an unknown phase': (id) => redis.hset(keys.run(id), 'json', JSON.stringify({ ...run(id), phase: 'dream' })),
  'no fleet': (id) => redis.hset(keys.run(id), 'json', JSON.stringify({ ...run(id), fleet: undefined })),
  'a finding of another version': (id) =>
    redis.hset(
      keys.run(id),
      'json',
      JSON.stringify({ ...run(id), plan: { ...fixtures.plan, steps: [{ ...fixtures.plan.steps[0], finding: { kind: 'maybe' } }] } }),
    ),
  'the id of another run': (id) => redis.hset(keys.run(id), 'json', JSON.stringify(run('good'))),
  'null as JSON': (id) => redis.hset(keys.run(id), 'json', 'null'),
  'a number as JSON': (id) => redis.hset(keys.run(id), 'json', '7'),
  'no JSON': (id) => redis.hset(keys.run(id), 'json', '{'),
  'a revision that is none': (id) => redis.hset(keys.run(id), 'revision', 'x'),
  'no revision': (id) => redis.hdel(keys.run(id), 'revision'),
  'another type of key': async (id) => {
    await redis.del(keys.run(id));
    await redis.set(keys.run(id), 'x');
  },
};

test.each(Object.keys(POISON))('a stored run with %s is left alone and told once, and the others go on', async (poison) => {
  for (const id of ['bad', 'good', 'other']) await store.create(run(id), `key-${id}`);
  await POISON[poison]!('bad');
  const queued: string[] = [];
  const queue = { add: async (job: { runId: string }) => void queued.push(job.runId), report: async () => undefined, has: async () => false };
  const deps = { store, queue, schedule: redisReportSchedule({ redis, keys }), clock, log };
  const before = await redis.dump(keys.run('bad'));
  for (let round = 0; round < 3; round += 1) await reconcileOnce(deps);
  expect(new Set(queued)).toEqual(new Set(['good', 'other']));
  expect(queued).toHaveLength(6);
  expect(await redis.dump(keys.run('bad'))).toEqual(before);
  expect((await store.list(10)).map(({ id }) => id).toSorted()).toEqual(['good', 'other']);
  await expect(store.get('bad')).rejects.toThrow(UnreadableRunError);
  expect(errors).toEqual([
    { runId: 'bad', reason: expect.stringMatching(/^run bad is stored as .* and cannot be read: delete its key from Redis$/) },
  ]);
});

test('a run that cannot be read keeps nobody from deploying its database', async () => {
  await store.create(run('bad'), 'k1');
  await POISON['an unknown state']!('bad');
  expect(await store.create(run('next', { database: run('bad').database }), 'k2')).toEqual({ kind: 'created' });
});

test('a text whose own revision differs from its key’s is written like any other', async () => {
  await store.create(run('r1'), 'k');
  await redis.hset(keys.run('r1'), 'json', JSON.stringify(run('r1', { revision: 41 })));
  const found = (await store.get('r1'))!;
  expect(found.revision).toBe(0);
  expect((await store.save(move(found, 'failed'))).revision).toBe(1);
});

test('one run that cannot be moved on keeps no other from it, and is told once', async () => {
  for (const id of ['bad', 'good']) await store.create(run(id), `key-${id}`);
  const queued: string[] = [];
  const queue = {
    add: async (job: { runId: string }) => void queued.push(job.runId),
    report: async () => undefined,
    has: async ({ runId }: { runId: string }) => {
      if (runId === 'bad') throw new TypeError('a bug');
      return false;
    },
  };
  const told = new Set<string>();
  const deps = { store, queue, schedule: redisReportSchedule({ redis, keys }), clock, log };
  for (let round = 0; round < 3; round += 1) await reconcileOnce(deps, told);
  expect(queued).toEqual(['good', 'good', 'good']);
  expect(errors).toMatchObject([{ runId: 'bad' }]);
});

test('a run that cannot be read is told once by the reporter and is due no more', async () => {
  await store.create(run('bad'), 'k');
  await POISON['an unknown state']!('bad');
  const schedule = redisReportSchedule({ redis, keys });
  const thread = {
    show: () => {
      throw new Error('nothing is shown');
    },
  };
  const deps = { store, schedule, leases: redisLeases({ redis, keys, clock }), thread, clock, log };
  expect(await schedule.due(clock.now())).toEqual(['bad']);
  await reportRun(deps, 'bad', new AbortController().signal);
  expect(await redis.zcard(keys.reportDue)).toBe(0);
  expect(errors).toMatchObject([{ runId: 'bad' }]);
});

test.each(['7', '[]', '{"a":7}', '{'])('what is stored beside a run as %s neither hides it nor keeps it from being shown', async (json) => {
  await store.create(run('r1'), 'k');
  for (const key of [keys.shown('r1'), keys.waiting('r1'), keys.cancel('r1')]) await redis.set(key, json);
  expect((await store.live()).map(({ id }) => id)).toEqual(['r1']);
  expect((await store.get('r1'))?.thread).toEqual({ channel: 'C1' });
  await redis.del(keys.shown('r1'));
  const waitings: unknown[] = [];
  const thread = {
    show: async (_run: Run, waiting: unknown) => {
      waitings.push(waiting);
      return { shown: { channel: 'C1', replies: {} } };
    },
  };
  const schedule = redisReportSchedule({ redis, keys });
  await reportRun({ store, schedule, leases: redisLeases({ redis, keys, clock }), thread, clock, log }, 'r1', new AbortController().signal);
  expect(waitings).toEqual([{}]);
  await expect(store.cancelRequested('r1')).rejects.toThrow(UnreadableRunError);
});

test('a fleet whose holder is gone from Redis can be taken', async () => {
  await store.create(run('holder'), 'k1');
  await store.takeFleet(run('holder'));
  await redis.del(keys.run('holder'));
  const waiting = run('r2', { state: 'awaiting-approval', plan: fixtures.plan });
  await store.create(waiting, 'k2');
  const approval = { by: bob, at: NOW, digest: fixtures.plan.digest };
  expect(await store.approve({ ...move(waiting, 'applying'), approval, phase: 'apply' })).toMatchObject({ kind: 'approved' });
});

test('a run of the largest size is checked within 100 ms', () => {
  const steps = Array.from({ length: 60 }, (_, index) => ({ ...fixtures.plan.steps[0]!, id: `s${index}` }));
  const fields = Array.from({ length: 20_000 }, (_, index) => ({ path: `spec.a.b.c.d.e.f.g.h.${index}`, to: index }));
  const finding = { kind: 'change', changes: [{ cluster: 'a', action: 'change', object: 'b', fields }] } as const;
  const large = { ...run('r1'), plan: { ...fixtures.plan, steps: [...steps, { ...fixtures.plan.steps[0]!, finding }] } };
  expect(JSON.stringify(large).length).toBeGreaterThan(900_000);
  storedRun('r1', large, 0);
  const startMs = process.cpuUsage().user;
  expect(storedRun('r1', large, 0)).toMatchObject({ id: 'r1' });
  expect((process.cpuUsage().user - startMs) / 1_000).toBeLessThan(100);
});
