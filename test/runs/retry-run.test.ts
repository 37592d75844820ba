import { expect, test } from 'vitest';
import type { Approval, Run } from '../../src/domain/run.ts';
import { alice, askerIn, awaiting, bob, CARD, carol, CHANNEL, clickOf, dora, openBench, plan, refusalOf, retryOf } from './bench.ts';

const approval: Approval = { by: bob, at: '2026-11-22T14:01:00.000Z', digest: plan.digest, expiresAt: '2026-11-22T14:31:00.000Z' };
const failed: Run = { ...awaiting, state: 'failed', approval, comparedAt: '2026-11-22T14:01:10.000Z', endedAt: '2026-11-22T14:02:00.000Z' };
const applying: Run = { ...awaiting, state: 'applying', approval };
const superseded: Run = { ...failed, state: 'superseded' };

/** The run as the plan phase leaves it when it needs a decision. */
const plannedAnew = (run: Run): Run => ({ ...run, state: 'awaiting-approval', plan, planExpiresAt: '2026-11-22T14:40:00.000Z' });

test('a retry of a failed run goes on under its approval', async () => {
  const bench = openBench([failed]);
  expect(await bench.runs.retry(retryOf(alice))).toMatchObject({ state: 'queued', approval: { by: bob }, retriedBy: alice });
  expect(bench.queued).toEqual(['plan r1']);
});

test.each<[string, Parameters<ReturnType<typeof openBench>['configure']>[0], Partial<Run>]>([
  ['whose giver is no approver any more', { approvers: [carol.userId] }, {}],
  ['that its giver may not give any more, having asked for the run', {}, { requestedBy: bob }],
  ['that has expired', {}, { approval: { ...approval, expiresAt: '2026-11-22T14:04:00.000Z' } }],
  ['that a cancel ended', {}, { approval: { ...approval, ended: { by: carol, at: '2026-11-22T14:02:00.000Z' } } }],
  ['of a run that was cancelled before approvals ended with it', {}, { state: 'cancelled' }],
])('a retry does not ride on an approval %s', async (_which, roles, changes) => {
  const bench = openBench([{ ...failed, ...changes }]);
  bench.configure(roles);
  const run = await bench.runs.retry(retryOf(carol));
  expect(run.state).toBe('queued');
  expect(run).not.toHaveProperty('approval');
  expect(run).not.toHaveProperty('comparedAt');
});

test.each([alice, bob, carol])('once somebody cancelled an apply a retry asks for approval anew, whoever it was', async (by) => {
  const bench = openBench([applying]);
  const cancelled = await bench.runs.cancel({ ...askerIn(by), runId: 'r1' });
  expect(cancelled).toMatchObject({ state: 'cancelled', approval: { by: bob, ended: { by } } });
  const again = await bench.runs.retry(retryOf(alice));
  expect(again.state).toBe('queued');
  expect(again).not.toHaveProperty('approval');
});

test('a cancel that the end of the run forestalled ends the approval all the same, for each of two retries at once', async () => {
  const bench = openBench([failed]);
  await bench.store.requestCancel('r1', carol);
  const [first, second] = await Promise.allSettled([bench.runs.retry(retryOf(alice)), bench.runs.retry(retryOf(bob))]);
  expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await bench.store.get('r1')).toMatchObject({ state: 'queued', retries: 1 });
  expect(await bench.store.get('r1')).not.toHaveProperty('approval');
  expect(await bench.store.cancelRequested('r1')).toBeUndefined();
});

test.each([
  ['plan-again', superseded],
  ['retry', { ...failed, approval: { ...approval, expiresAt: '2026-11-22T14:04:00.000Z' } }],
] as const)('an approver who does %s on the run of another may not approve what comes of it, another approver may', async (deed, before) => {
  const bench = openBench([before]);
  const queued = await bench.runs.retry(retryOf(bob, deed, before));
  expect(queued.causedBy).toEqual([bob]);
  bench.store.put(plannedAnew(queued));
  expect(await refusalOf(bench.runs.approve(clickOf(bob)))).toBe('You had this run planned again, so you may not approve it. {user:U0CAROL} may.');
  expect((await bench.runs.approve(clickOf(carol))).state).toBe('applying');
});

test('everybody who planned again since the last approval is remembered, once', async () => {
  let run: Run = superseded;
  for (const by of [bob, carol, bob]) {
    const bench = openBench([run], { slack: { admins: [dora.userId] } });
    run = { ...(await bench.runs.retry({ ...retryOf(by, 'plan-again', run), seenRetries: run.retries })), state: 'superseded' };
  }
  expect(run.causedBy).toEqual([carol, bob]);
  const bench = openBench([plannedAnew(run)]);
  for (const by of [bob, carol]) expect(await refusalOf(bench.runs.approve(clickOf(by)))).toContain('You had this run planned again');
});

test('a button of an earlier end does nothing to what the run has become', async () => {
  expect(await refusalOf(openBench([superseded]).runs.retry(retryOf(alice)))).toBe(
    'Nothing was done. Run `r1` no longer fitted the clusters at {time:2026-11-22T14:02:00.000Z}. The newest button is at the end of its thread.',
  );
  expect(await refusalOf(openBench([failed]).runs.retry(retryOf(alice, 'plan-again')))).toContain('Run `r1` failed at');
  expect(await refusalOf(openBench([applying]).runs.retry(retryOf(alice)))).toContain('There is nothing to retry');
});

test.each([
  ['the second delivery of the click that was done', undefined],
  ['a button of the end before', 0],
  ['a button of an end that is not there', 2],
])('a run that failed again does not go on by %s', async (_what, seenRetries) => {
  const bench = openBench([{ ...failed, retries: 1 }]);
  expect(await refusalOf(bench.runs.retry({ ...retryOf(alice), seenRetries }))).toBe(
    'Nothing was done: this button is of an earlier end of run `r1`. Run `r1` failed at {time:2026-11-22T14:02:00.000Z}. The newest button is at the end of its thread.',
  );
  expect(await bench.store.get('r1')).toEqual({ ...failed, retries: 1, thread: { channel: CHANNEL, ts: CARD } });
  expect((await bench.runs.retry({ ...retryOf(alice), seenRetries: 1 })).retries).toBe(2);
});

test('an approval that was given while who caused a plan might approve it counts no longer once they may not', async () => {
  const bench = openBench([superseded], { slack: { requesterMayApprove: true } });
  bench.store.put(plannedAnew(await bench.runs.retry(retryOf(bob, 'plan-again', superseded))));
  const approved = await bench.runs.approve(clickOf(bob));
  bench.store.put({ ...approved, state: 'failed' });
  bench.configure({ requesterMayApprove: false });
  expect(await bench.runs.retry({ ...retryOf(alice), seenRetries: 1 })).not.toHaveProperty('approval');
});

test('a cancel that comes while two retry is not forgotten with the one before it', async () => {
  const bench = openBench([failed]);
  await bench.store.requestCancel('r1', carol);
  const { cancelRequested } = bench.store;
  let looks = 0;
  bench.store.cancelRequested = async (id) => {
    const by = await cancelRequested(id);
    // Between a look of the second and its write the first is done, and somebody cancels what it started.
    if ((looks += 1) === 1) {
      await bench.runs.retry(retryOf(bob));
      await bench.store.requestCancel('r1', dora);
    }
    return by;
  };
  expect(await refusalOf(bench.runs.retry(retryOf(alice)))).toContain('r1');
  expect(await cancelRequested('r1')).toEqual(dora);
});

test('a retry that is refused has changed nothing', async () => {
  const bench = openBench([{ ...failed, database: { ...failed.database, name: 'gone' } }]);
  await bench.store.requestCancel('r1', carol);
  const before = await bench.store.get('r1');
  expect(await refusalOf(bench.runs.retry(retryOf(alice)))).toBe('Database `gone` is not in the configuration any more.');
  expect(await bench.store.get('r1')).toEqual(before);
  expect(await bench.store.cancelRequested('r1')).toEqual(carol);
});
