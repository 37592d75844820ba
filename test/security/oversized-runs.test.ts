import { verbatim } from '../../src/domain/text.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { commandConnection } from '../../src/adapters/redis/connection.ts';
import { keysOf } from '../../src/adapters/redis/keys.ts';
import { redisRunStore } from '../../src/adapters/redis/run-store.ts';
import { bounded, boundedAnswer, boundedOutcome, boundedSteps, RUN_LIMITS } from '../../src/domain/bounded.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import type { Run } from '../../src/domain/run.ts';
import { RunTooLargeError, UnreadableRunError, type RunStore } from '../../src/ports/run-store.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { createRunWriter } from '../../src/execution/run-writer.ts';
import { LeaseLostError, type WorkerLease } from '../../src/ports/lease.ts';
import type { Queue } from '../../src/ports/queue.ts';
import { manualClock } from '../support/manual-clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { queuedRun } from '../support/stored-run.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { dice } from './secrets.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let store: RunStore;
let keys: ReturnType<typeof keysOf>;
const clock = manualClock();

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => {
  keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  store = redisRunStore({ redis, keys, clock });
});
afterEach(() => redis.disconnect());

const LONG = 'x'.repeat(2_000_000);
const run = (id: string, changes: Partial<Run> = {}): Run => queuedRun(id, { state: 'planning', ...changes });

test('a run that is too large is not written, and the error says how large it is', async () => {
  await store.create(run('r1'), 'k1');
  await expect(store.save(run('r1', { bug: LONG }))).rejects.toThrow(RunTooLargeError);
  await expect(store.save(run('r1', { bug: LONG }))).rejects.toThrow(/^run r1 has 200\d{4} bytes, more than the 1048576 that are stored$/);
  await expect(store.create(run('r2', { bug: LONG }), 'k2')).rejects.toThrow(RunTooLargeError);
  expect(await store.get('r1')).toEqual(run('r1'));
  expect(await store.get('r2')).toBeUndefined();
});

test('what belongs to a run is bounded too', async () => {
  await store.create(run('r1'), 'k1');
  await expect(store.setWaiting('r1', { a: LONG })).rejects.toThrow(/^what run r1 waits for has /);
  await expect(store.setShown('r1', { channel: 'C1', replies: { a: LONG } })).rejects.toThrow(/^what is shown of run r1 has /);
  await store.audit({ did: 'reject', reason: LONG });
  const [[, fields]] = (await redis.xrange(keys.audit, '-', '+')) as [[string, string[]]];
  expect(fields?.[3]).toHaveLength(1_000);
});

test.each([
  ['8 MB', JSON.stringify({ ...run('big'), bug: 'x'.repeat(8_000_000) })],
  ['no JSON', '{"id":"big"'],
] as const)('a stored run of %s is left out of every list, and the others are read', async (_, json) => {
  await store.create(run('r1'), 'k1');
  await store.create(run('big'), 'k2');
  await redis.hset(keys.run('big'), 'json', json);
  expect((await store.list(10)).map(({ id }) => id)).toEqual(['r1']);
  expect((await store.live()).map(({ id }) => id)).toEqual(['r1']);
  await expect(store.get('big')).rejects.toThrow(UnreadableRunError);
  await expect(store.get('big')).rejects.toThrow(/^run big is stored as .* and cannot be read: delete its key from Redis$/);
});

test('what is shown or waited for and was stored larger than it may be never leaves Redis', async () => {
  await store.create(run('r1'), 'k1');
  await redis.set(keys.shown('r1'), JSON.stringify({ channel: 'C1', ts: '1', replies: { a: LONG } }));
  await redis.set(keys.waiting('r1'), JSON.stringify({ a: LONG }));
  expect(await store.get('r1')).toEqual(run('r1'));
  await expect(store.shown('r1')).rejects.toThrow(UnreadableRunError);
  await expect(store.waiting('r1')).rejects.toThrow(UnreadableRunError);
});

const problem = {
  code: 'PGD-002' as const,
  what: verbatim(LONG),
  evidence: Array.from({ length: 1_000 }, () => LONG.slice(0, 5_000)),
  remedy: verbatim(LONG),
};
const step = (finding: Finding): PlannedStep => ({ id: 's', title: 't', stage: 'u', cluster: 'osaka', usualMs: 0, finding });
const changeOf = (bytes: number): Finding => ({
  kind: 'change',
  changes: [{ cluster: 'osaka', action: 'change', object: 'ConfigMap a', fields: [{ path: 'data.a', to: 'x'.repeat(bytes) }] }],
});

test.each<[string, Finding]>([
  ['in place', { kind: 'in-place', evidence: LONG, warnings: [LONG, LONG, LONG, LONG, LONG, LONG, LONG] }],
  ['later', { kind: 'later', missing: LONG, waitsFor: LONG }],
  ['blocked', { kind: 'blocked', problems: Array.from({ length: 50 }, () => problem) }],
  ['a change with a long warning', { ...changeOf(10), warnings: [LONG] } as Finding],
])('a finding that is %s is stored with short texts', (_, finding) => {
  expect(JSON.stringify(boundedSteps([step(finding)])).length).toBeLessThan(150_000);
});

test('changes are what is approved: they are kept whole, or block the plan', () => {
  expect(boundedSteps([step(changeOf(60_000))])).toEqual([step(changeOf(60_000))]);
  const [large] = boundedSteps([step(changeOf(70_000))]);
  expect(large?.finding).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-006', evidence: ['ConfigMap a on osaka'] }] });
  const many = boundedSteps(Array.from({ length: 20 }, () => step(changeOf(50_000))));
  expect(many.map(({ finding }) => finding.kind)).toEqual(Array.from({ length: 20 }, () => 'blocked'));
});

test('lists that are cut say how much is missing, and no character is cut in two', () => {
  expect(bounded(['a', 'b', 'c', 'd'], { length: 5, entries: 3 })).toEqual(['a', 'b', 'and 2 more']);
  expect(bounded('abc😀', { length: 4, entries: 1 })).toBe('abc…');
  expect(bounded('abcd😀', { length: 5, entries: 1 })).toBe('abcd…');
});

test('an outcome, and every row of an answer, is short whatever a cluster told', () => {
  expect(JSON.stringify(boundedOutcome({ state: 'failed', evidence: LONG, warnings: Array.from({ length: 100 }, () => LONG) })).length).toBeLessThan(
    4_000,
  );
  const rows = Array.from({ length: 60 }, (_, index) => ({
    stepId: String(index),
    title: 't',
    stage: 's',
    cluster: 'osaka',
    askedAt: '',
    verdict: { healthy: false as const, waitingFor: LONG, problem },
  }));
  const answer = boundedAnswer({ healthy: false, verdicts: rows });
  expect(answer.verdicts).toHaveLength(60);
  expect(JSON.stringify(answer).length).toBeLessThan(RUN_LIMITS.runBytes);
});

const lease: WorkerLease = {
  epoch: 1,
  signal: new AbortController().signal,
  leftMs: () => 1_500,
  assertHeld: () => undefined,
  release: async () => undefined,
};
const queue: Queue = { add: async () => undefined, report: async () => undefined, has: async () => false };

const writing = (onLost: (error: LeaseLostError) => void = () => undefined) =>
  createRunWriter({ store, queue, clock, log: quietLog, redact: createRedactor().value, lease, run: run('r1'), onLost });

test('what a walk tells is cut where it enters the run', async () => {
  await store.create(run('r1'), 'k1');
  const writer = writing();
  for (let index = 0; index < 60; index += 1) writer.outcome(`step-${index}`, { state: 'failed', evidence: LONG });
  writer.waiting('step-1', LONG);
  writer.update((current) => ({
    ...current,
    failure: { stepId: 's', stepTitle: 't', cluster: 'osaka', problems: [problem], at: '', afterMs: 0 },
    differences: [LONG, LONG],
  }));
  await writer.flush();
  expect(await redis.hstrlen(keys.run('r1'), 'json')).toBeLessThan(100_000);
  expect((await store.waiting('r1'))['step-1']).toHaveLength(RUN_LIMITS.waiting);
  writer.close();
});

test('a run that is too large all the same ends, says so, and gives way to the next', async () => {
  await store.create(run('r1'), 'k1');
  const lost: LeaseLostError[] = [];
  const writer = writing((error) => lost.push(error));
  writer.outcome('step-1', { state: 'done' });
  await writer.flush();
  writer.update((current) => ({ ...current, bug: LONG }));
  await expect(writer.flush()).rejects.toThrow(LeaseLostError);
  expect(lost).toHaveLength(1);
  expect(await store.get('r1')).toMatchObject({
    state: 'failed',
    outcomes: { 'step-1': { state: 'done' } },
    bug: expect.stringContaining('What the clusters told of this run is more than pgdist stores (1 MiB), so it was ended.'),
  });
  expect(await store.live()).toEqual([]);
  writer.close();
});

test('what a walk tells is redacted before it is cut, wherever the cut would go through a secret', async () => {
  const roll = dice(5);
  const secret = Array.from({ length: 40 }, () => String.fromCharCode(97 + Math.floor(roll() * 26))).join('');
  const { value: redact } = createRedactor(secret);
  store = redisRunStore({ redis, keys, clock, redactor: createRedactor(secret) });
  await store.create(run('r1'), 'k1');
  const writer = createRunWriter({ store, queue, clock, log: quietLog, redact, lease, run: run('r1'), onLost: () => undefined });
  const before = (length: number, at: number): string => `${'x '.repeat(length).slice(0, length - at)} ${secret} ${'y '.repeat(100)}`;
  for (let at = 0; at < 44; at += 1) {
    writer.outcome(`step-${at}`, { state: 'failed', evidence: before(RUN_LIMITS.outcome.length, at) });
    writer.waiting(`step-${at}`, before(RUN_LIMITS.waiting, at));
  }
  const evidence = Array.from({ length: 9 }, (_, at) => before(RUN_LIMITS.problem.length, 5 * at));
  writer.update((current) => ({
    ...current,
    failure: { stepId: 's', stepTitle: 't', cluster: 'osaka', problems: [{ ...problem, evidence }], at: clock.now().toISOString(), afterMs: 0 },
    differences: Array.from({ length: 44 }, (_, at) => before(RUN_LIMITS.differences.length, at)),
  }));
  await writer.flush();
  writer.close();
  const stored = JSON.stringify([await store.get('r1'), await store.waiting('r1')]);
  expect(stored).toContain('(hidden)');
  for (let at = 0; at < secret.length - 6; at += 1) expect(stored).not.toContain(secret.slice(at, at + 6));
});
