import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../src/domain/problem.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Step } from '../../src/steps/context.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { alice, bob, carol, openInstallation, stranger, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { told } from '../../src/domain/text.ts';
import { eventually } from '../support/eventually.ts';
import { ownTime } from '../support/own-time.ts';

let server: TestRedis;
let open: Installation[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(async () => {
  await Promise.all(open.map((installation) => installation.close()));
  open = [];
});

const install = (steps: readonly Step[], options: Partial<Parameters<typeof openInstallation>[0]> = {}): Installation => {
  const installation = openInstallation({ url: server.url, steps, ...options });
  open.push(installation);
  return installation;
};
const ready = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' }, data: { ready: 'yes' } });
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
};
/** A deploy that waits for approval and whose card is posted. */
const planned = async (installation: Installation) => {
  const { id } = await installation.start();
  await installation.reaches(id, 'awaiting-approval');
  return eventually(async () => {
    const run = await installation.redis.store.get(id);
    expect(run?.thread.ts).toBeDefined();
    return run!;
  });
};

test('a deploy is planned, approved, applied, and told at its end', async () => {
  const installation = install([configMapStep('a'), configMapStep('b', { cluster: 'osaka' })]);
  await installation.worker();
  const run = await planned(installation);
  expect(run.plan).toMatchObject({
    estimateMs: 0,
    estimate: { runs: 0, unmeasured: 2 },
    steps: [{ finding: { kind: 'change' } }, { finding: { kind: 'change' } }],
  });
  await installation.runs.approve(installation.click(run, bob));
  const ended = await installation.reaches(run.id, 'succeeded');
  expect(ended.outcomes).toMatchObject({ 'test/a': { state: 'done' }, 'test/b': { state: 'done' } });
  expect(ended.approval).toMatchObject({ by: bob, digest: run.plan?.digest });
  await eventually(() => expect(installation.shown).toContain('succeeded'));
  expect(await installation.redis.store.takeFleet({ ...ended, id: 'r-other' })).toBeUndefined();
  const { id } = await installation.start();
  const again = await installation.reaches(id, 'succeeded');
  expect(again.plan?.estimate, 'what the first one took is known').toMatchObject({ runs: 1, unmeasured: 0 });
});

test('of two clicks on Approve one counts, the other is told who approved when, and the plan is applied once', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  const clicks = await Promise.allSettled([bob, carol].map((by) => installation.runs.approve(installation.click(run, by))));
  expect(clicks.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const late = clicks.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(String(late.reason.message)).toMatch(/^Already approved by \{user:U0(BOB|CAROL)\} at \{time:/);
  await installation.reaches(run.id, 'succeeded');
  expect(installation.clusters.tokyo.calls.filter((call) => call.startsWith('apply'))).toHaveLength(1);
});

test('only approvers approve, not who asked, and only on a message of the run', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  expect(await refusal(installation.runs.approve(installation.click(run, stranger)))).toContain('{user:U0BOB}');
  expect(await refusal(installation.runs.approve(installation.click(run, alice)))).toContain('you may not approve it');
  expect(await refusal(installation.runs.approve({ ...installation.click(run, bob), messageTs: '9.9' }))).toContain('does not belong');
  expect(await refusal(installation.runs.approve({ ...installation.click(run, bob), channel: 'C0OTHER' }))).toContain('does not belong');
  expect((await installation.redis.store.get(run.id))?.state).toBe('awaiting-approval');
});

test('a reply of the thread counts although its own ts is not stored yet', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  const click = installation.click(run, bob);
  expect(await refusal(installation.runs.approve({ ...click, messageTs: '9.9', threadTs: '9.8' }))).toContain('does not belong');
  await installation.runs.approve({ ...click, messageTs: '9.9', threadTs: click.messageTs });
  await installation.reaches(run.id, 'succeeded');
});

test('a second deploy of the same database is refused while the first is live, and names it', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  expect(await refusal(installation.start())).toMatch(new RegExp(`^Run \`${run.id}\` by \\{user:U0ALICE\\} waits for approval to deploy`));
});

test('what changed between approval and the first write supersedes the plan, and nothing is written', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  installation.clusters.tokyo.put(ready('a'));
  await installation.runs.approve(installation.click(run, bob));
  const ended = await installation.reaches(run.id, 'superseded');
  expect(ended.differences).toEqual([expect.stringContaining('this was done by others since')]);
  expect(installation.clusters.tokyo.calls.filter((call) => call.startsWith('apply'))).toEqual([]);
});

test('a cluster that is silent right after the approval is waited for: the plan still fits', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  const { tokyo } = installation.clusters;
  tokyo.setReachable(false);
  const before = tokyo.calls.length;
  await installation.runs.approve(installation.click(run, bob));
  await eventually(() => expect(tokyo.calls.length).toBeGreaterThan(before));
  tokyo.setReachable(true);
  expect(await installation.reaches(run.id, 'succeeded')).not.toHaveProperty('differences');
});

test('nothing to do and healthy: the deploy verifies and succeeds without approval', async () => {
  const installation = install([configMapStep('a')]);
  installation.clusters.tokyo.put(ready('a'));
  await installation.worker();
  const { id } = await installation.start();
  expect(await installation.reaches(id, 'succeeded')).toMatchObject({ answer: { healthy: true } });
});

test('status answers with an unhealthy verdict, verify fails with it', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const [status, verify] = [await installation.start('status'), await installation.start('verify')];
  expect(await installation.reaches(status.id, 'succeeded')).toMatchObject({ answer: { healthy: false } });
  expect(await installation.reaches(verify.id, 'failed')).toMatchObject({ failure: { stepId: 'test/a' } });
});

test('when a worker dies another one goes on within five seconds, and what was done is not done again', async () => {
  const installation = install([configMapStep('a'), configMapStep('b', { waitsForReady: true })]);
  const first = await installation.worker();
  const run = await planned(installation);
  await installation.runs.approve(installation.click(run, bob));
  await eventually(() => expect(installation.clusters.tokyo.watchers()).toBe(1));
  await installation.worker();
  await eventually(async () => expect((await installation.redis.store.get(run.id))?.outcomes).toMatchObject({ 'test/b': { state: 'waiting' } }));
  await first.kill();
  const sinceKilled = ownTime();
  onTestFinished(sinceKilled.stop);
  const attemptBefore = (await installation.redis.store.get(run.id))!.attempt;
  await eventually(async () => expect((await installation.redis.store.get(run.id))?.attempt).toBeGreaterThan(attemptBefore));
  expect(sinceKilled.elapsedMs()).toBeLessThan(5_000);
  installation.clusters.tokyo.put(ready('b'));
  const ended = await installation.reaches(run.id, 'succeeded');
  expect(ended.outcomes).toMatchObject({ 'test/a': { state: 'done' }, 'test/b': { state: 'done' } });
  expect(installation.clusters.tokyo.calls.filter((call) => call === 'apply ConfigMap a')).toHaveLength(1);
});

test('a worker that is stopped hands its job back, and another one takes it at once', async () => {
  const installation = install([configMapStep('a', { waitsForReady: true })]);
  const first = await installation.worker();
  const run = await planned(installation);
  await installation.runs.approve(installation.click(run, bob));
  await eventually(() => expect(installation.clusters.tokyo.watchers()).toBe(1));
  await installation.worker();
  await first.stop();
  await eventually(() => expect(installation.clusters.tokyo.watchers()).toBe(1));
  const handed = (await installation.redis.store.get(run.id))!;
  expect(handed).toMatchObject({ state: 'applying', attempt: 2 });
  installation.clusters.tokyo.put(ready('a'));
  await installation.reaches(run.id, 'succeeded');
});

test('a cancel reaches the worker at once and ends the run with what is not known', async () => {
  const installation = install([configMapStep('a', { waitsForReady: true }), configMapStep('b')]);
  await installation.worker();
  const run = await planned(installation);
  await installation.runs.approve(installation.click(run, bob));
  await eventually(() => expect(installation.clusters.tokyo.watchers()).toBe(1));
  expect(await refusal(installation.runs.cancel({ ...installation.asker(stranger), runId: run.id }))).toContain('approvers and admins may cancel');
  await installation.runs.cancel({ ...installation.asker(carol), runId: run.id });
  const ended = await installation.reaches(run.id, 'cancelled');
  expect(ended).toMatchObject({ cancelledBy: carol, outcomes: { 'test/a': { state: 'unknown' } } });
  expect(installation.clusters.tokyo.calls).not.toContain('apply ConfigMap b');
  expect(await installation.redis.store.takeFleet({ ...ended, id: 'r-other' })).toBeUndefined();
});

test('a run that nobody works on is cancelled at once', async () => {
  const installation = install([configMapStep('a')]);
  const run = await installation.start();
  expect(await installation.runs.cancel({ ...installation.asker(alice), runId: run.id })).toMatchObject({ state: 'cancelled', cancelledBy: alice });
  expect(await refusal(installation.runs.cancel({ ...installation.asker(alice), runId: run.id }))).toContain('has ended already');
});

test('a retry goes on without a new approval when what remains was approved', async () => {
  let refusals = 1;
  const once: Step = {
    ...configMapStep('b'),
    async verify(context) {
      refusals -= 1;
      if (refusals < 0) return configMapStep('b').verify(context);
      return {
        healthy: false,
        final: true,
        waitingFor: 'x',
        problem: { code: 'PGD-043', what: told`operator crashed`, evidence: [], remedy: told`Retry.` },
      };
    },
  };
  const installation = install([configMapStep('a'), once, configMapStep('c')]);
  await installation.worker();
  const run = await planned(installation);
  await installation.runs.approve(installation.click(run, bob));
  const failed = await installation.reaches(run.id, 'failed');
  expect(failed).toMatchObject({ failure: { stepId: 'test/b' }, outcomes: { 'test/c': { state: 'skipped', because: 'b is there' } } });
  await installation.runs.retry({ ...installation.click(failed, alice), deed: 'retry' });
  const ended = await installation.reaches(run.id, 'succeeded');
  expect(ended).toMatchObject({
    retries: 1,
    retriedBy: alice,
    approval: { by: bob },
    outcomes: { 'test/a': { state: 'done' }, 'test/c': { state: 'done' } },
  });
  expect(ended.failure).toBeUndefined();
  expect(ended).not.toHaveProperty('causedBy');
});

test('a retry asks for approval again when more has to be done than was approved', async () => {
  const failing: Step = {
    ...configMapStep('b'),
    verify: async () => ({
      healthy: false,
      final: true,
      waitingFor: 'x',
      problem: { code: 'PGD-043', what: told`operator crashed`, evidence: [], remedy: told`Retry.` },
    }),
  };
  const steps = [configMapStep('a'), failing];
  const installation = install(steps);
  installation.clusters.tokyo.put(ready('a'));
  await installation.worker();
  const run = await planned(installation);
  await installation.runs.approve(installation.click(run, bob));
  const failed = await installation.reaches(run.id, 'failed');
  steps.splice(0, 1, configMapStep('another'));
  await installation.runs.retry({ ...installation.click(failed, bob), deed: 'retry' });
  const again = await installation.reaches(run.id, 'awaiting-approval');
  expect(again.approval).toBeUndefined();
  expect(await refusal(installation.runs.approve(installation.click(again, bob)))).toContain('You had this run planned again');
  expect(await installation.runs.approve(installation.click(again, carol))).toMatchObject({ state: 'applying', approval: { by: carol } });
});

test('a worker whose configuration no longer names the approver asks for approval again', async () => {
  const failing: Step = {
    ...configMapStep('a'),
    verify: async () => ({
      healthy: false,
      final: true,
      waitingFor: 'x',
      problem: { code: 'PGD-043', what: told`operator crashed`, evidence: [], remedy: told`Retry.` },
    }),
  };
  const installation = install([failing, configMapStep('b')]);
  const before = await installation.worker();
  const run = await planned(installation);
  await installation.runs.approve(installation.click(run, bob));
  const failed = await installation.reaches(run.id, 'failed');
  await before.stop();
  await installation.worker({ approvers: [carol.userId], requesterMayApprove: false });
  expect((await installation.runs.retry({ ...installation.click(failed, alice), deed: 'retry' })).approval).toMatchObject({ by: bob });
  expect(await installation.reaches(run.id, 'awaiting-approval')).not.toHaveProperty('approval');
});

test('a plan that nobody decides expires by the clock that was passed in, and then cannot be approved', async () => {
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
  const installation = install([configMapStep('a')], { clock });
  await installation.worker();
  const run = await planned(installation);
  aheadMs = 1_800_000;
  expect(await refusal(installation.runs.approve(installation.click(run, bob)))).toMatch(/^This plan expired at/);
  expect((await installation.reaches(run.id, 'expired')).endedAt).toBeDefined();
});

test('a rejected plan stays rejected and says by whom', async () => {
  const installation = install([configMapStep('a')]);
  await installation.worker();
  const run = await planned(installation);
  await installation.runs.reject({ ...installation.click(run, bob), way: 'form', reason: 'not before the release' });
  expect(await refusal(installation.runs.approve(installation.click(run, carol)))).toMatch(/^Already rejected by \{user:U0BOB\}/);
  expect(await installation.redis.store.get(run.id)).toMatchObject({ state: 'rejected', rejection: { reason: 'not before the release' } });
});

test('a database that the fleet does not have is refused with the nearest name', async () => {
  const installation = install([]);
  const asked = installation.runs.start({ ...installation.asker(alice), kind: 'deploy', database: 'postgre' });
  expect(await refusal(asked)).toBe('There is no database `postgre` in this fleet. Did you mean `postgres`? `/pgdist status` lists them all.');
});
