import { expect, test } from 'vitest';
import { change, inPlace, type Finding } from '../../src/domain/finding.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Run } from '../../src/domain/run.ts';
import { awaitingApproval, replannedAs } from '../../src/execution/await-approval.ts';
import { reconcileOnce } from '../../src/execution/reconcile-runs.ts';
import { awaiting, bob, clickOf, CHANNEL, openBench, plan } from '../runs/bench.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { systemClock } from '../support/system-clock.ts';

const HALF_AN_HOUR_MS = 1_800_000;
const NOW = new Date('2026-11-27T15:50:00.000Z');
const approvals = { approvers: [bob.userId], requesterMayApprove: false };
const planning: Run = { ...awaiting, state: 'planning' };

const freezes = [{ name: 'Evening', timeZone: 'UTC', hours: { from: '16:00', to: '18:00' }, verbs: ['deploy' as const] }];

test('those who may approve are reminded ten minutes before the plan expires, or after two thirds of a shorter time', () => {
  const until = (approvalTimeoutMs: number) => awaitingApproval({ approvals, approvalTimeoutMs }, planning, NOW);
  expect(until(HALF_AN_HOUR_MS)).toMatchObject({ planExpiresAt: '2026-11-27T16:20:00.000Z', remindAt: '2026-11-27T16:10:00.000Z' });
  expect(until(90_000)).toMatchObject({ planExpiresAt: '2026-11-27T15:51:30.000Z', remindAt: '2026-11-27T15:51:00.000Z' });
});

test('a freeze that begins before the plan expires is kept with it, unless it goes past freezes', () => {
  const policy = { ...approvals, freezes };
  expect(awaitingApproval({ approvals: policy, approvalTimeoutMs: HALF_AN_HOUR_MS }, planning, NOW).frozen).toEqual({
    name: 'Evening',
    from: '2026-11-27T16:00:00.000Z',
    until: '2026-11-27T18:00:00.000Z',
  });
  expect(awaitingApproval({ approvals: policy, approvalTimeoutMs: 300_000 }, planning, NOW)).not.toHaveProperty('frozen');
  const glass = { ...planning, breakGlass: { reason: 'the primary is lost' } };
  expect(awaitingApproval({ approvals: policy, approvalTimeoutMs: HALF_AN_HOUR_MS }, glass, NOW)).not.toHaveProperty('frozen');
});

test('a plan that waits is told once before it expires, by whichever worker looks first', async () => {
  const store = memoryStore();
  store.put({ ...awaiting, remindAt: '2026-11-22T14:20:00.000Z' });
  let now = '2026-11-22T14:19:59.000Z';
  const look = () =>
    reconcileOnce({
      store,
      queue: { add: async () => undefined, report: async () => undefined, has: async () => true },
      schedule: { begin: async () => undefined, settled: async () => true, later: async () => undefined, due: async () => [] },
      clock: { ...systemClock, now: () => new Date(now) },
      log: quietLog,
    });
  const seen = async () => {
    const { remindedAt, state, revision } = (await store.get(awaiting.id))!;
    return { remindedAt, state, revision };
  };
  await look();
  expect(await seen()).toEqual({ remindedAt: undefined, state: 'awaiting-approval', revision: 7 });
  now = '2026-11-22T14:20:00.000Z';
  await Promise.all([look(), look()]);
  await look();
  expect(await seen()).toEqual({ remindedAt: now, state: 'awaiting-approval', revision: 8 });
  now = '2026-11-22T14:30:00.000Z';
  await look();
  expect(await seen()).toEqual({ remindedAt: '2026-11-22T14:20:00.000Z', state: 'expired', revision: 9 });
});

const planWith = (finding: Finding, digest = plan.digest): Plan => ({
  ...plan,
  digest,
  steps: [{ id: 'a', title: 'a is there', stage: 'Test', cluster: 'tokyo', usualMs: 0, finding }],
});
const setting = (to: number) => change([{ cluster: 'tokyo', action: 'change', object: 'ConfigMap a', fields: [{ path: 'data.v', from: 0, to }] }]);

test('a plan that is made anew voids the approvals of the one before, and says what it has of another', async () => {
  const expired: Run = {
    ...awaiting,
    plan: planWith(setting(1)),
    state: 'expired',
    endedAt: awaiting.requestedAt,
    approvals: [{ by: bob, at: '2026-11-22T14:04:00.000Z', digest: plan.digest, through: ['S0DBA'] }],
  };
  const bench = openBench([expired]);
  const queued = await bench.runs.retry({ ...clickOf(expired.requestedBy, expired), channel: CHANNEL, deed: 'plan-again' });
  expect(queued).not.toHaveProperty('approvals');
  expect(queued).not.toHaveProperty('remindAt');
  const kept = { by: bob, at: '2026-11-22T14:04:00.000Z', digest: plan.digest };
  expect(replannedAs(queued, planWith(setting(2), 'another'))).toEqual({
    replanned: { since: plan.plannedAt, void: [kept], differences: ['ConfigMap a on tokyo: data.v is 0, wanted is 2'] },
  });
  expect(replannedAs(queued, planWith(setting(1)))).toEqual({ replanned: { since: plan.plannedAt, void: [kept], differences: [] } });
});

test('nothing that a run did itself is told as a difference of its next plan', async () => {
  const approval = { by: bob, at: '2026-11-22T14:04:00.000Z', digest: plan.digest, ended: { by: bob, at: '2026-11-22T14:06:00.000Z' } };
  const stopped: Run = {
    ...awaiting,
    plan: planWith(setting(1)),
    state: 'cancelled',
    endedAt: awaiting.requestedAt,
    comparedAt: awaiting.requestedAt,
    approval,
  };
  const bench = openBench([stopped]);
  const queued = await bench.runs.retry({ ...clickOf(stopped.requestedBy, stopped), channel: CHANNEL, deed: 'retry' });
  const { replanned } = replannedAs(queued, planWith(inPlace('it is there')));
  expect(replanned).toEqual({ since: plan.plannedAt, void: [{ by: bob, at: approval.at, digest: plan.digest }] });
});
