import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Actor, Run } from '../../src/domain/run.ts';
import { againTold } from '../../src/domain/done-words.ts';
import { reconcileOnce } from '../../src/execution/reconcile-runs.ts';
import { inTurn } from '../../src/domain/run-moves.ts';
import { behindTold } from '../../src/domain/behind-words.ts';
import { plainText, told } from '../../src/domain/text.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/fleet.ts';
import { alice, bob, carol, openInstallation, type Installation } from '../support/installation.ts';
import { manualClock } from '../support/manual-clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { awaiting, CHANNEL, clickOf, NOW, openBench, refusalOf, askerIn, type UseCaseBench } from './bench.ts';

const orders = { ...testDatabase, name: 'orders' };
const holder: Run = {
  ...awaiting,
  id: 'r0',
  state: 'applying',
  phase: 'apply',
  database: orders,
  thread: { channel: 'C0DB', permalink: 'https://x/r0' },
};
const third: Run = { ...awaiting, id: 'r3', database: { ...testDatabase, name: 'users' } };

/** The fleet is held by `holder`, as its approval took it. */
const held = async (...runs: readonly Run[]): Promise<UseCaseBench> => {
  const bench = openBench([holder, ...runs], { databases: [testDatabase, orders] });
  await bench.store.takeFleet(holder);
  return bench;
};
const stored = async (bench: UseCaseBench, id = awaiting.id): Promise<Run> => (await bench.store.get(id))!;
const turn = async (bench: UseCaseBench, now = NOW): Promise<string[]> => {
  const woken: string[] = [];
  const queue = {
    add: async ({ runId, phase }: { runId: string; phase: string }) => void woken.push(`${phase} ${runId}`),
    report: async () => undefined,
    has: async () => true,
  };
  const schedule = { begin: async () => undefined, settled: async () => true, later: async () => undefined, due: async () => [] };
  await reconcileOnce({ store: bench.store, queue, schedule, clock: manualClock(now), log: quietLog });
  return woken;
};
const end = async (bench: UseCaseBench, id: string): Promise<void> =>
  void (await bench.store.save({ ...(await stored(bench, id)), state: 'succeeded', endedAt: NOW }));

test('what is approved while another run has the fleet is queued behind it, and nobody works on it', async () => {
  const bench = await held(awaiting);
  const run = await bench.runs.approve(clickOf(bob));
  expect(run).toMatchObject({ state: 'queued', approval: { by: bob }, behind: { runId: 'r0', what: 'fleet', since: NOW } });
  expect(bench.queued).toEqual([]);
  expect(await turn(bench)).toEqual([]);
  expect(await refusalOf(bench.runs.approve(clickOf(carol)))).toMatch(/^Already approved by .* is approved and queued behind run/);
  expect(plainText(told`${behindTold({ ...run, behind: run.behind! })}`)).toMatch(/^Run `r1` is queued behind run .*begins by itself/);
});

test('those that were approved begin in the order of their approvals, one after the other, and nobody goes past them', async () => {
  const bench = await held(awaiting, third);
  await bench.runs.approve(clickOf(bob, third));
  bench.now = '2026-11-22T14:06:00.000Z';
  expect(await bench.runs.approve(clickOf(bob))).toMatchObject({ state: 'queued', behind: { runId: 'r3' } });
  await end(bench, 'r0');
  expect(await turn(bench)).toEqual(['apply r3']);
  expect(await stored(bench)).toMatchObject({ state: 'queued', behind: { runId: 'r3' } });
  await end(bench, 'r3');
  expect(await turn(bench)).toEqual(['apply r1']);
  expect(await stored(bench)).toMatchObject({ state: 'applying', phase: 'apply', behind: { runId: 'r3' } });
});

test('what comes free between two looks goes to who waits for it, not to who is approved then', async () => {
  const bench = await held(awaiting, third);
  await bench.runs.approve(clickOf(bob));
  await end(bench, 'r0');
  expect(await bench.runs.approve(clickOf(bob, third))).toMatchObject({ state: 'queued', behind: { runId: 'r1' } });
  expect(await turn(bench)).toEqual(['apply r1']);
});

test('those that wait come in their turn, whatever stands between them', () => {
  const waiting = (id: string, since: string): Run => ({ ...awaiting, id, state: 'queued', behind: { runId: 'r0', what: 'fleet', since } });
  const runs = [waiting('late', '2026-11-22T14:07:00.000Z'), { ...awaiting, id: 'other' }, waiting('early', '2026-11-22T14:06:00.000Z')];
  expect(inTurn(runs).map(({ id }) => id)).toEqual(['other', 'early', 'late']);
});

test('an approval that ends while its run is queued begins nothing', async () => {
  const bench = await held(awaiting);
  const { approval } = await bench.runs.approve(clickOf(bob));
  expect(await turn(bench, approval?.expiresAt)).toEqual([]);
  expect(await stored(bench)).toMatchObject({ state: 'expired' });
  await end(bench, 'r0');
  expect(await turn(bench, approval?.expiresAt)).toEqual([]);
});

test('what is cancelled while it is queued does not begin', async () => {
  const bench = await held(awaiting);
  await bench.runs.approve(clickOf(bob));
  expect(await bench.runs.cancel(clickOf(awaiting.requestedBy))).toMatchObject({ state: 'cancelled' });
  await end(bench, 'r0');
  expect(await turn(bench)).toEqual([]);
});

test.each(['queued', 'planning', 'awaiting-approval'] as const)(
  'a deploy of a database whose deploy is %s is what was asked for already',
  async (state) => {
    const bench = openBench([{ ...holder, state }], { databases: [testDatabase, orders] });
    expect(await refusalOf(bench.runs.start({ ...askerIn(bob), kind: 'deploy', database: 'orders' }))).toContain('Your request was not queued');
  },
);

test.each(['applying', 'verifying', 'cancelling'] as const)(
  'a deploy of a database whose deploy is %s is queued behind it, and planned in its turn',
  async (state) => {
    const bench = openBench([{ ...holder, state }], { databases: [testDatabase, orders] });
    bench.store.leaseLeftMs = async (id) => (id === 'r0' ? 1_000 : 0);
    const run = await bench.runs.start({ ...askerIn(bob), kind: 'deploy', database: 'orders' });
    expect(run).toMatchObject({ state: 'queued', behind: { runId: 'r0', what: 'database' } });
    expect(bench.queued).toEqual([]);
    expect(await refusalOf(bench.runs.start({ ...askerIn(carol), kind: 'deploy', database: 'orders' }))).toMatch(
      /queued behind run .* to deploy `orders`/,
    );
    expect(await turn(bench)).toEqual([]);
    await end(bench, 'r0');
    expect(await turn(bench)).toEqual([`plan ${run.id}`]);
    expect((await stored(bench, run.id)).behind).toBeUndefined();
  },
);

const failedBefore: Run = {
  ...holder,
  id: 'r4',
  state: 'failed',
  phase: 'plan',
  approval: { by: bob, at: NOW, digest: holder.plan!.digest },
  comparedAt: NOW,
  outcomes: { 'test/a': { state: 'done' } },
  endedAt: NOW,
  requestedAt: '2026-11-22T13:00:00.000Z',
};
const retried = (by: Actor, way: 'button' | 'mention' | 'terminal' = 'button') =>
  way === 'button'
    ? { ...clickOf(by, failedBefore), deed: 'retry' as const }
    : ({ way, runId: failedBefore.id, by, channel: CHANNEL, deed: 'retry', seenRetries: undefined } as const);

test.each(['button', 'mention', 'terminal'] as const)(
  'a retry by %s of a run whose database another one changes is queued behind that, once, and planned in its turn without the approval of before',
  async (way) => {
    const bench = await held(failedBefore);
    bench.store.leaseLeftMs = async (id) => (id === 'r0' ? 1_000 : 0);
    const run = await bench.runs.retry(retried(bob, way));
    expect(run).toMatchObject({ id: 'r4', state: 'queued', behind: { runId: 'r0', what: 'database', since: NOW }, retries: 1, outcomes: {} });
    expect(run.approval).toBeUndefined();
    expect(run.comparedAt).toBeUndefined();
    expect(plainText(againTold(run))).toMatch(
      /^Run `r4` is queued behind run .*which is at the same database\. It is planned by itself when that has ended/,
    );
    expect(bench.queued).toEqual([]);
    expect(await refusalOf(bench.runs.retry(retried(carol, way)))).toMatch(/Run `r4` .*queued behind run .* There is nothing to retry/);
    expect(await refusalOf(bench.runs.start({ ...askerIn(carol), kind: 'deploy', database: 'orders' }))).toMatch(/^Run `r4` by .* queued behind run/);
    expect(await turn(bench)).toEqual([]);
    await end(bench, 'r0');
    expect(await turn(bench)).toEqual(['plan r4']);
    expect((await stored(bench, 'r4')).behind).toBeUndefined();
  },
);

test('a retry of a database for which another run waits already is told of that one', async () => {
  const bench = await held(failedBefore);
  bench.store.leaseLeftMs = async (id) => (id === 'r0' ? 1_000 : 0);
  const { id } = await bench.runs.start({ ...askerIn(carol), kind: 'deploy', database: 'orders' });
  expect(await refusalOf(bench.runs.retry(retried(bob)))).toContain(`Run \`${id}\` by`);
  expect(await stored(bench, 'r4')).toMatchObject({ state: 'failed', approval: { by: bob } });
});

test('a retry of a database whose deploy waits for approval is what was asked for already, with the way to it', async () => {
  const bench = openBench([{ ...holder, state: 'awaiting-approval' }, failedBefore], { databases: [testDatabase, orders] });
  expect(await refusalOf(bench.runs.retry(retried(bob)))).toMatch(/waits for approval to deploy `orders`.*Your request was not queued/);
  expect(await stored(bench, 'r4')).toMatchObject({ state: 'failed' });
});

test('a retry that waits behind another run is cancelled like any other, and takes nothing with it', async () => {
  const bench = await held(failedBefore);
  bench.store.leaseLeftMs = async (id) => (id === 'r0' ? 1_000 : 0);
  await bench.runs.retry(retried(bob));
  expect(await bench.runs.cancel(clickOf(bob, failedBefore))).toMatchObject({ id: 'r4', state: 'cancelled' });
  const { id } = await bench.runs.start({ ...askerIn(carol), kind: 'deploy', database: 'orders' });
  await end(bench, 'r0');
  expect(await turn(bench)).toEqual([`plan ${id}`]);
});

let server: TestRedis;
let installation: Installation | undefined;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => installation?.close());

/** Two databases whose deploys share step a; b holds the first one up until somebody sets it ready. */
const open = async (): Promise<{ readonly first: Run; readonly second: Run; readonly at: Installation }> => {
  const at = openInstallation({
    url: server.url,
    // Of a machine with other work.
    commandTimeoutMs: 20_000,
    steps: [configMapStep('a'), configMapStep('b', { waitsForReady: true }), configMapStep('c')],
    policy: { databases: [testDatabase, orders] },
  });
  installation = at;
  await at.worker();
  const planned = async (database: string): Promise<Run> => {
    const { id } = await at.runs.start({ ...at.asker(alice), kind: 'deploy', database });
    await at.reaches(id, 'awaiting-approval');
    return eventually(async () => {
      const run = (await at.redis.store.get(id))!;
      expect(run.thread.ts).toBeDefined();
      return run;
    });
  };
  const [first, second] = [await planned('postgres'), await planned('orders')];
  await at.runs.approve(at.click(first, bob));
  await at.reaches(first.id, 'applying');
  expect(await at.runs.approve(at.click(second, bob))).toMatchObject({ state: 'queued', behind: { runId: first.id } });
  return { first, second, at };
};
const ready = async (at: Installation): Promise<void> => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'test', name: 'b' } };
  await eventually(async () => expect(await at.clusters.tokyo.read({ ...map, namespace: 'test', name: 'b' })).toBeDefined());
  await at.clusters.tokyo.apply({ ...map, data: { ready: 'yes' } });
};

test('a queued run goes on by itself when the other ends, also where that one did a part of its plan', async () => {
  const { first, second, at } = await open();
  await ready(at);
  await at.reaches(first.id, 'succeeded');
  expect(await at.reaches(second.id, 'succeeded')).toMatchObject({ approval: { by: bob }, behind: { runId: first.id } });
});

test('a queued run whose plan would do what was not shown, after the other, ends before it writes', async () => {
  const { first, second, at } = await open();
  const plan = second.plan!;
  const { store } = at.redis;
  // As shown, step a was in place already.
  const steps = plan.steps.map((step) =>
    step.id === 'test/c' ? { ...step, finding: { kind: 'in-place', evidence: 'it is there' } as const } : step,
  );
  await eventually(async () => store.save({ ...(await store.get(second.id))!, plan: { ...plan, steps } }));
  await at.runs.cancel({ ...at.asker(alice), runId: first.id });
  expect(await at.reaches(second.id, 'superseded')).toMatchObject({ differences: [expect.stringContaining('ConfigMap test/c')] });
});
