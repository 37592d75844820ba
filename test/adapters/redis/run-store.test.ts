import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { redisRunStore } from '../../../src/adapters/redis/run-store.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { move, type Run } from '../../../src/domain/run.ts';
import { LeaseLostError } from '../../../src/ports/lease.ts';
import { StaleRevisionError, type RunStore } from '../../../src/ports/run-store.ts';
import { alice, bob, carol } from '../../support/installation.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { testDatabase } from '../../support/fleet.ts';
import { queuedRun } from '../../support/stored-run.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let store: RunStore;
let keys: ReturnType<typeof keysOf>;
const clock = manualClock();
const DAY_MS = 86_400_000;

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

const plan: Plan = { steps: [], digest: 'd1', estimateMs: 0, worthKnowing: [], plannedAt: '2026-11-22T14:00:00.000Z' };
/** A run about a database of its own, named as it. */
const runOf = (id: string, changes: Partial<Run> = {}): Run => queuedRun(id, { database: { ...testDatabase, name: id }, ...changes });
const awaiting = (id: string): Run => runOf(id, { state: 'awaiting-approval', plan, planExpiresAt: '2026-11-22T14:30:00.000Z' });
/** That same run as it is stored, at the end of its life. */
const ended = async (run: Run): Promise<Run> => store.save({ ...move(run, 'cancelled'), endedAt: '2026-11-22T14:10:00.000Z' });
const approved = (found: Run, by: typeof bob): Run => ({
  ...move(found, 'applying'),
  approval: { by, at: '2026-11-22T14:05:00.000Z', digest: 'd1' },
  phase: 'apply',
  attempt: found.attempt + 1,
});

/** What every store must keep; use cases are tested over the one in memory. */
describe.each(['Redis', 'memory'] as const)('over %s', (kind) => {
  beforeEach(() => {
    if (kind === 'memory') store = memoryStore();
  });

  test('of two locks of a database the first stands until it is taken away, and other databases are free', async () => {
    const lock = { by: alice, at: '2026-11-22T14:00:00.000Z', reason: 'storage is being moved' };
    expect(await store.lock('demo', 'postgres', lock)).toBeUndefined();
    expect(await store.lock('demo', 'postgres', { ...lock, by: bob })).toEqual(lock);
    expect([await store.locked('demo', 'postgres'), await store.locked('demo', 'orders')]).toEqual([lock, undefined]);
    expect(await store.unlock('demo', 'postgres')).toEqual(lock);
    expect([await store.unlock('demo', 'postgres'), await store.locked('demo', 'postgres')]).toEqual([undefined, undefined]);
  });

  test('the bytes of a bundle come back as they were, and nothing comes back of another run', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256));
    await store.keepBundle('r1', bytes);
    expect(Buffer.compare((await store.bundle('r1')) ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(await store.bundle('r2')).toBeUndefined();
  });

  test('the audit numbers its entries, and finds those about a run, also the one that started it', async () => {
    expect(await store.auditHead()).toEqual({ seq: 0, hash: '0'.repeat(64), kept: 0 });
    for (const number of ['1', '2', '3']) await store.audit({ deed: 'test', run: 'r1', number });
    await store.audit({ deed: 'verify-now', run: 'r1', started: 'r2' });
    const head = await store.audit({ deed: 'test', by: alice.userId });
    expect(head).toEqual({ ...(await store.auditHead()), seq: 5, kept: 5 });
    const { entries, ...rest } = await store.auditOf('r1', 3);
    expect(entries.map(({ seq }) => seq)).toEqual(['2', '3', '4']);
    expect(rest).toEqual({ earlier: 1, gone: 0 });
    expect((await store.auditOf('r2', 3)).entries).toMatchObject([{ deed: 'verify-now', seq: '4' }]);
    expect(await store.auditOf('r3', 3)).toEqual({ entries: [], earlier: 0, gone: 0 });
  });

  test('a command that is delivered twice creates one run', async () => {
    expect(await store.create(queuedRun('r1'), 'trigger-1')).toEqual({ kind: 'created' });
    expect(await store.create(queuedRun('r2'), 'trigger-1')).toEqual({ kind: 'seen' });
    expect(await store.get('r2')).toBeUndefined();
  });

  test('a run keeps empty lists and objects as they were', async () => {
    await store.create(queuedRun('r1', { plan }), 'k');
    expect(await store.get('r1')).toEqual(queuedRun('r1', { plan }));
  });

  test('a write over a run that changed meanwhile is refused', async () => {
    await store.create(queuedRun('r1'), 'k');
    const first = await store.save(move(queuedRun('r1'), 'planning'));
    expect(first.revision).toBe(1);
    await expect(store.save(move(queuedRun('r1'), 'cancelled'))).rejects.toThrow(StaleRevisionError);
    expect((await store.get('r1'))?.state).toBe('planning');
  });

  test('of two approvals on the same revision one is written, and the other finds the run changed', async () => {
    await store.create(awaiting('r1'), 'k');
    const outcomes = await Promise.allSettled([bob, carol].map((by) => store.approve(approved(awaiting('r1'), by))));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(StaleRevisionError) });
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled') === 0 ? bob : carol;
    expect(await store.get('r1')).toMatchObject({ state: 'applying', phase: 'apply', attempt: 2, revision: 1, approval: { by: winner } });
  });

  test('a plan that was replaced between reading and approving is not approved, nor is the fleet taken', async () => {
    await store.create(awaiting('r1'), 'k1');
    await store.create(awaiting('r2'), 'k2');
    await store.save({ ...awaiting('r1'), plan: { ...plan, digest: 'd2' } });
    await expect(store.approve(approved(awaiting('r1'), bob))).rejects.toThrow(StaleRevisionError);
    expect(await store.get('r1')).toMatchObject({ state: 'awaiting-approval', plan: { digest: 'd2' } });
    expect(await store.approve(approved(awaiting('r2'), bob))).toMatchObject({ kind: 'approved' });
  });

  test('an approval takes the fleet, and another run is refused with its holder until that run ends', async () => {
    await store.create(awaiting('r1'), 'k1');
    await store.create(awaiting('r2'), 'k2');
    await store.approve(approved(awaiting('r1'), bob));
    expect(await store.approve(approved(awaiting('r2'), bob))).toMatchObject({ kind: 'fleet-held', holder: { id: 'r1' } });
    expect(await store.get('r2')).toMatchObject({ state: 'awaiting-approval', revision: 0 });
    await store.save(move((await store.get('r1'))!, 'succeeded'));
    expect(await store.approve(approved(awaiting('r2'), bob))).toMatchObject({ kind: 'approved' });
  });

  test('the thread of a run is what the reporter stored as shown, whoever wrote the run', async () => {
    await store.create(queuedRun('r1'), 'k');
    await store.setShown('r1', { channel: 'C1', ts: '1.2', permalink: 'https://example.slack.com/p', replies: {} });
    await store.save(move(queuedRun('r1'), 'planning'));
    expect((await store.get('r1'))?.thread).toEqual({ channel: 'C1', ts: '1.2', permalink: 'https://example.slack.com/p' });
  });

  test('a reporter that hung does not make forget what the next one showed', async () => {
    await store.create(queuedRun('r1'), 'k');
    await store.setShown('r1', { channel: 'C1', replies: {} }, 3);
    await store.setShown('r1', { channel: 'C1', ts: '1.2', replies: { 'ended-1': '1.3' } }, 5);
    await expect(store.setShown('r1', { channel: 'C1', ts: '1.2', replies: {} }, 3)).rejects.toThrow(LeaseLostError);
    expect(await store.shown('r1')).toMatchObject({ replies: { 'ended-1': '1.3' } });
    await store.setShown('r1', { channel: 'C1', ts: '1.2', replies: { 'ended-1': '1.3', 'ended-2': '1.4' } }, 5);
    expect(await store.shown('r1')).toMatchObject({ replies: { 'ended-2': '1.4' } });
  });

  test('runs are listed newest first', async () => {
    await store.create(queuedRun('r1', { requestedAt: '2026-11-22T14:00:00.000Z' }), 'k1');
    await store.create(runOf('r2', { requestedAt: '2026-11-22T14:01:00.000Z' }), 'k2');
    expect((await store.list(10)).map(({ id }) => id)).toEqual(['r2', 'r1']);
  });

  test('the key of a command leads to the run that it created', async () => {
    await store.create(queuedRun('r1'), 'trigger-1');
    expect(await store.startedBy('trigger-1')).toBe('r1');
    expect(await store.startedBy('trigger-2')).toBeUndefined();
  });

  test('a cancel that was asked for is there until a write settles that very one', async () => {
    await store.create(queuedRun('r1'), 'k1');
    await store.requestCancel('r1', carol);
    expect(await store.cancelRequested('r1')).toEqual(carol);
    const stored = (await store.get('r1'))!;
    const again = await ended(stored);
    for (const cancel of [undefined, alice]) await expect(store.reopen(move(again, 'queued'), cancel)).rejects.toThrow(StaleRevisionError);
    expect(await store.reopen(move(again, 'queued'), carol)).toMatchObject({ kind: 'reopened', run: { revision: again.revision + 1 } });
    expect(await store.cancelRequested('r1')).toBeUndefined();
    const settled = await ended((await store.get('r1'))!);
    await store.requestCancel('r1', alice);
    await expect(store.reopen(move(settled, 'queued'), undefined)).rejects.toThrow(StaleRevisionError);
    expect(await store.save(settled)).toMatchObject({ revision: settled.revision + 1 });
    expect(await store.cancelRequested('r1')).toEqual(alice);
  });

  test('of many deploys of one database that are stored at once one is, and the others are told of it', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const created = await Promise.all(ids.map((id) => store.create(queuedRun(id), `k-${id}`)));
    const [winner] = created.flatMap(({ kind }, index) => (kind === 'created' ? [ids[index]] : []));
    expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    for (const other of created.filter(({ kind }) => kind !== 'created'))
      expect(other).toMatchObject({ kind: 'database-held', holder: { id: winner } });
    expect((await store.list(50)).map(({ id }) => id)).toEqual([winner]);
  });

  test('a database is free again once its deploy ends, and is taken by whatever begins next: a new deploy, or an old one again', async () => {
    await store.create(queuedRun('r1'), 'k1');
    const first = await ended(queuedRun('r1'));
    expect(await store.create(queuedRun('r2'), 'k2')).toEqual({ kind: 'created' });
    expect(await store.reopen(move(first, 'queued'), undefined)).toMatchObject({ kind: 'database-held', holder: { id: 'r2' } });
    expect((await store.get('r1'))?.state).toBe('cancelled');
    await ended(queuedRun('r2'));
    expect(await store.reopen(move(first, 'queued'), undefined)).toMatchObject({ kind: 'reopened' });
    expect(await store.create(queuedRun('r3'), 'k3')).toMatchObject({ kind: 'database-held', holder: { id: 'r1' } });
    expect(await store.create(runOf('r4'), 'k4')).toEqual({ kind: 'created' });
    expect(await store.create(queuedRun('r5', { kind: 'verify' }), 'k5')).toEqual({ kind: 'created' });
  });

  test('one deploy of a database waits for the one that is at it, of however many that are stored at once, and gives its place back in its turn', async () => {
    await store.create(queuedRun('r1'), 'k1');
    const behind = { runId: 'r1', what: 'database' as const, since: '2026-11-22T14:00:00.000Z' };
    const ids = Array.from({ length: 20 }, (_, index) => `w${index}`);
    const created = await Promise.all(ids.map((id) => store.create(queuedRun(id, { behind }), `k-${id}`)));
    const [winner = ''] = created.flatMap(({ kind }, index) => (kind === 'created' ? [ids[index]!] : []));
    expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(created.find(({ kind }) => kind !== 'created')).toMatchObject({ kind: 'database-held', holder: { id: winner } });
    const { behind: _, ...turn } = (await store.get(winner))!;
    expect(await store.reopen(turn, undefined)).toMatchObject({ kind: 'database-held', holder: { id: 'r1' } });
    await ended(queuedRun('r1'));
    expect(await store.reopen(turn, undefined)).toMatchObject({ kind: 'reopened' });
    expect(await redis.keys('*:waiting-to-deploy:*')).toEqual([]);
    const next = queuedRun('r2', { behind: { ...behind, runId: winner } });
    expect(await store.create(next, 'k2')).toEqual({ kind: 'created' });
    await ended(next);
    expect(await redis.keys('*:waiting-to-deploy:*')).toEqual([]);
  });

  test('runs that wait for a person need no look before their plan expires or somebody cancels them', async () => {
    await store.create(awaiting('r1'), 'k1');
    await store.create(runOf('r2'), 'k2');
    await store.create(runOf('r3', { acceptBy: '2026-11-22T14:00:01.700Z' }), 'k3');
    const looked = async (at: string): Promise<string[]> => {
      const runs = await store.toLookAt(new Date(at));
      for (const run of runs) if (run.state === 'awaiting-approval') await store.lookLater(run);
      return runs.map(({ id }) => id).toSorted();
    };
    await looked('2026-11-22T14:00:00.000Z');
    expect(await looked('2026-11-22T14:00:01.000Z')).toEqual(['r2']);
    expect(await looked('2026-11-22T14:00:02.000Z')).toEqual(['r2', 'r3']);
    expect(await looked('2026-11-22T14:30:00.000Z')).toEqual(['r1', 'r2', 'r3']);
    expect(await looked('2026-11-22T14:05:00.000Z')).toEqual(['r2', 'r3']);
    await store.requestCancel('r1', alice);
    expect(await looked('2026-11-22T14:05:00.000Z')).toEqual(['r1', 'r2', 'r3']);
    expect(await looked('2026-11-22T14:05:00.000Z')).toEqual(['r1', 'r2', 'r3']);
    await ended(awaiting('r1'));
    expect(await looked('2026-11-22T14:30:00.000Z')).toEqual(['r2', 'r3']);
  });

  test('the fleet is free again once the run that took it ends, or gives it back', async () => {
    await store.create(runOf('r1'), 'k1');
    await store.create(runOf('r2'), 'k2');
    expect(await store.takeFleet(runOf('r1'))).toBeUndefined();
    expect(await store.takeFleet(runOf('r2'))).toMatchObject({ id: 'r1' });
    await store.releaseFleet(runOf('r2'));
    expect(await store.takeFleet(runOf('r2'))).toMatchObject({ id: 'r1' });
    await store.releaseFleet(runOf('r1'));
    expect(await store.takeFleet(runOf('r2'))).toBeUndefined();
    await store.save(move(runOf('r2'), 'failed'));
    expect(await store.takeFleet(runOf('r1'))).toBeUndefined();
    expect((await store.live()).map(({ id }) => id)).toEqual(['r1']);
  });
});

test('a run that ended is kept 90 days and is live no more; a retry keeps it again', async () => {
  await store.create(queuedRun('r1'), 'k');
  const stopped = await ended(queuedRun('r1'));
  expect(await store.live()).toEqual([]);
  expect(await redis.pttl(keys.run('r1'))).toBeGreaterThan(89 * DAY_MS);
  await store.reopen(move(stopped, 'queued'), undefined);
  expect(await redis.pttl(keys.run('r1'))).toBe(-1);
  expect((await store.live()).map(({ id }) => id)).toEqual(['r1']);
});

test('a write that is sent again, since the connection broke before its answer came, is the one that is stored', async () => {
  await store.create(queuedRun('r1'), 'k');
  const twice = new Proxy(redis, {
    get(target, name) {
      if (name !== 'eval') return Reflect.get(target, name) as unknown;
      return async (...command: Parameters<typeof redis.eval>) => {
        await target.eval(...command);
        return target.eval(...command);
      };
    },
  });
  const again = redisRunStore({ redis: twice, keys, clock });
  expect(await again.create(queuedRun('r2', { kind: 'verify' }), 'k2')).toEqual({ kind: 'created' });
  const saved = await again.save(move(queuedRun('r1'), 'cancelled'));
  expect(saved.revision).toBe(1);
  expect(await again.reopen(move(saved, 'queued'), undefined)).toMatchObject({ kind: 'reopened' });
  await again.create(awaiting('r3'), 'k3');
  expect(await again.approve(approved(awaiting('r3'), bob))).toMatchObject({ kind: 'approved' });
  await expect(again.save(move(queuedRun('r1'), 'planning'))).rejects.toThrow(StaleRevisionError);
});

test('a run that a former pgdist stored is looked at, and holds its database from its next write on', async () => {
  await redis.hset(keys.run('r1'), { revision: '3', json: JSON.stringify(queuedRun('r1')) });
  await redis.sadd(keys.live, 'r1');
  const [found] = await store.toLookAt(clock.now());
  expect(found).toMatchObject({ id: 'r1', revision: 3 });
  await store.save(move(found!, 'planning'));
  expect(await store.create(queuedRun('r2'), 'k2')).toMatchObject({ kind: 'database-held', holder: { id: 'r1' } });
});

test.each(['', 'x', '{}', '{"by":1}'])('a stored lock that cannot be read (%j) locks all the same', async (json) => {
  await redis.set(keys.locked('demo', 'postgres'), json);
  expect(await store.locked('demo', 'postgres')).toMatchObject({ reason: 'the lock that is stored cannot be read' });
  expect(await store.unlock('demo', 'postgres')).toBeDefined();
  expect(await store.locked('demo', 'postgres')).toBeUndefined();
});
