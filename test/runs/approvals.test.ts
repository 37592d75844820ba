import { describe, expect, test } from 'vitest';
import { change, inPlace } from '../../src/domain/finding.ts';
import type { ApprovalPolicy, PolicyRule } from '../../src/domain/policy.ts';
import type { Actor, Run } from '../../src/domain/run.ts';
import type { GroupAnswer } from '../../src/ports/groups.ts';
import type { Standing } from '../../src/ports/people.ts';
import { alice, askerIn, awaiting, bob, carol, clickOf, dora, openBench, person, plan, refusalOf, type UseCaseBench } from './bench.ts';

const gina = person('gina');
const two: PolicyRule = { approvals: 2 };
/** Members of @dba, as Slack says it at that moment. */
const dba = { users: [gina.userId, bob.userId] as readonly string[] };
const groups = { membersOf: (): Promise<GroupAnswer> => Promise.resolve({ kind: 'members', users: dba.users }) };
const ofDba: PolicyRule = { approvals: 2, approvers: { users: [carol.userId], groups: ['S0DBA'] } };

const open = (policy: Partial<ApprovalPolicy>, run: Run = awaiting): UseCaseBench => {
  dba.users = [gina.userId, bob.userId];
  return openBench([run], { slack: policy, groups });
};

const stored = async (bench: UseCaseBench): Promise<Run> => (await bench.store.get(awaiting.id))!;
const givenIn = ({ approvals = [] }: Run): string[] => approvals.map(({ by }) => by.userId);
const approve = (bench: UseCaseBench, by: Actor, run = awaiting): Promise<Run> => bench.runs.approve(clickOf(by, run));

/** The plan of `awaiting`, which changes something on these clusters. */
const touching = (...clusters: readonly string[]): Run => ({
  ...awaiting,
  plan: {
    ...plan,
    steps: ['tokyo', 'osaka'].map((cluster) => ({
      id: cluster,
      title: `it is on ${cluster}`,
      stage: 'Test',
      cluster,
      usualMs: 0,
      finding: clusters.includes(cluster) ? change([{ cluster, action: 'create', object: 'ConfigMap a', fields: [] }]) : inPlace('it is there'),
    })),
  },
});

describe('two approvals are wanted', () => {
  test('the first waits for the second, and nothing is queued', async () => {
    const bench = open({ rules: [two] });
    expect(await approve(bench, bob)).toMatchObject({ state: 'awaiting-approval', approvals: [{ by: bob, digest: plan.digest }] });
    expect(bench.queued).toEqual([]);
    expect(bench.store.entries.at(-1)).toMatchObject({ deed: 'approve', outcome: 'done', counted: '1 of 2', after: 'awaiting-approval' });
  });

  test('the second begins it, and both stand in the approval', async () => {
    const bench = open({ rules: [two] });
    await approve(bench, bob);
    const run = await approve(bench, carol);
    expect(run).toMatchObject({ state: 'applying', approval: { by: carol, along: [{ by: bob }] } });
    expect(run.approvals).toBeUndefined();
    expect(bench.queued).toEqual(['apply r1']);
  });

  test('the same person counts once, however often it is clicked', async () => {
    const bench = open({ rules: [two] });
    await approve(bench, bob);
    expect(await refusalOf(approve(bench, bob))).toBe(
      'You approved this plan already, at {time:2026-11-22T14:05:00.000Z}, and each person counts once: 1 of 2, approved by {user:U0BOB} {time:2026-11-22T14:05:00.000Z}, waits for {user:U0CAROL}.',
    );
    expect(givenIn(await stored(bench))).toEqual([bob.userId]);
  });

  test.each([
    ['of different persons are both counted', bob, carol, 'applying'],
    ['of one person are one', bob, bob, 'awaiting-approval'],
  ])('two clicks in the same instant %s', async (_, first, second, state) => {
    const bench = open({ rules: [two] });
    const ends = await Promise.allSettled([approve(bench, first), approve(bench, second)]);
    expect((await stored(bench)).state).toBe(state);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(state === 'applying' ? 2 : 1);
    expect(bench.queued).toHaveLength(state === 'applying' ? 1 : 0);
  });

  test('the requester is none of them', async () => {
    const bench = open({ rules: [two], approvers: [alice.userId, bob.userId, carol.userId] });
    await approve(bench, bob);
    expect(await refusalOf(approve(bench, alice))).toBe('You asked for this run, so you may not approve it. {user:U0BOB}, {user:U0CAROL} may.');
  });

  test('whoever is no approver any more does not count when the second comes', async () => {
    const bench = open({ rules: [two], approvers: [bob.userId, carol.userId, dora.userId] });
    await approve(bench, bob);
    bench.configure({ approvers: [carol.userId, dora.userId] });
    expect(await approve(bench, carol)).toMatchObject({ state: 'awaiting-approval', approvals: [{ by: carol }] });
    expect(await approve(bench, dora)).toMatchObject({ state: 'applying', approval: { by: dora, along: [{ by: carol }] } });
  });

  test('whoever left the group meanwhile does not count when the second comes', async () => {
    const bench = open({ rules: [ofDba] });
    await approve(bench, gina);
    dba.users = [bob.userId];
    expect(await approve(bench, carol)).toMatchObject({ state: 'awaiting-approval', approvals: [{ by: carol }] });
    expect(await approve(bench, bob)).toMatchObject({ state: 'applying', approval: { by: bob, through: ['S0DBA'], along: [{ by: carol }] } });
  });

  test('nothing is decided while the first hangs on a group that Slack does not tell', async () => {
    const bench = openBench([{ ...awaiting, approvals: [{ by: gina, at: awaiting.requestedAt, digest: plan.digest, through: ['S0DBA'] }] }], {
      slack: { rules: [ofDba] },
      groups: { membersOf: () => Promise.resolve({ kind: 'silent' }) },
    });
    expect(await refusalOf(approve(bench, carol))).toBe(
      'Slack did not say who is in {group:S0DBA} within 2 s: nothing was decided. Try again in a moment.',
    );
    expect(givenIn(await stored(bench))).toEqual([gina.userId]);
  });

  test('an approval of another plan counts for none', async () => {
    const other = { by: bob, at: awaiting.requestedAt, digest: plan.digest.replace(/^4/, '5') };
    const bench = open({ rules: [two] }, { ...awaiting, approvals: [other] });
    expect(await approve(bench, carol)).toMatchObject({ state: 'awaiting-approval', approvals: [{ by: carol }] });
    expect(await approve(bench, bob)).toMatchObject({ state: 'applying' });
  });

  test('what is rejected after the first has no approval left', async () => {
    const bench = open({ rules: [two] });
    await approve(bench, bob);
    expect(await bench.runs.reject({ ...clickOf(carol), way: 'form', reason: 'not on a Friday' })).toMatchObject({ state: 'rejected' });
    expect(await refusalOf(approve(bench, carol))).toMatch(/^Already rejected by/);
  });
});

describe('of several rules each holds by itself', () => {
  const rules: readonly PolicyRule[] = [
    { approvals: 1, approvers: { users: [bob.userId], groups: [] } },
    { clusters: ['osaka'], approvals: 1, approvers: { users: [carol.userId], groups: [] } },
  ];

  test('a rule of a cluster holds where the plan touches it', async () => {
    const run = touching('tokyo', 'osaka');
    const bench = open({ rules }, run);
    expect(await approve(bench, bob, run)).toMatchObject({ state: 'awaiting-approval' });
    expect(bench.store.entries.at(-1)).toMatchObject({ counted: '1 of 1 and 0 of 1' });
    expect(await approve(bench, carol, run)).toMatchObject({ state: 'applying' });
  });

  test('and not where it does not', async () => {
    const run = touching('tokyo');
    const bench = open({ rules }, run);
    expect(await refusalOf(approve(bench, carol, run))).toBe('Nothing was approved: {user:U0BOB} may approve this plan.');
    expect(await approve(bench, bob, run)).toMatchObject({ state: 'applying' });
  });

  test('who may ask for what the plan touches is looked at when it is approved', async () => {
    const run = touching('osaka');
    const bench = open({ rules: [{ clusters: ['osaka'], requesters: { users: [carol.userId], groups: [] } }] }, run);
    expect(await refusalOf(approve(bench, bob, run))).toMatch(/^Nothing was approved: for what this plan touches only \{user:U0CAROL\} may ask\./);
    await bench.store.save({ ...run, causedBy: [carol] });
    expect(await approve(bench, bob, run)).toMatchObject({ state: 'applying' });
  });
});

describe('break-glass', () => {
  const frozen = { name: 'Sunday', timeZone: 'UTC', weekdays: ['sunday' as const] };
  const policy = { rules: [{ approvals: 2 }], freezes: [frozen], approvers: [alice.userId, bob.userId, carol.userId], requesterMayApprove: true };
  const reason = 'the primary is lost';

  test('keeps its reason, in the run and in the audit', async () => {
    const bench = openBench([], { slack: policy });
    const run = await bench.runs.start({ ...askerIn(alice), kind: 'deploy', database: 'postgres', breakGlass: ` ${reason} ` });
    expect(run.breakGlass).toEqual({ reason });
    expect(bench.store.entries).toEqual([
      expect.objectContaining({ deed: 'deploy', outcome: 'asked', breakGlass: reason }),
      expect.objectContaining({ deed: 'deploy', outcome: 'done', breakGlass: reason }),
    ]);
  });

  test.each(['', '   '])('is refused without a reason', async (none) => {
    const bench = openBench([], { slack: policy });
    expect(await refusalOf(bench.runs.start({ ...askerIn(alice), kind: 'deploy', database: 'postgres', breakGlass: none }))).toBe(
      'Nothing was done: break-glass needs a reason. Type `/pgdist deploy postgres --break-glass <reason>`.',
    );
    expect(await bench.store.list(1)).toEqual([]);
  });

  test('goes past the freeze and the number, with one second person', async () => {
    const bench = open(policy, { ...awaiting, breakGlass: { reason } });
    expect(await approve(bench, bob)).toMatchObject({ state: 'applying', approval: { by: bob } });
    expect(bench.store.entries.at(-1)).toMatchObject({ deed: 'approve', outcome: 'done', breakGlass: reason });
  });

  test('needs the second person also where requesters may approve', async () => {
    const bench = open(policy, { ...awaiting, breakGlass: { reason } });
    expect(await refusalOf(approve(bench, alice))).toBe(
      'You asked for this run, so you may not approve it. {user:U0BOB}, {user:U0CAROL} may. Break-glass needs a second person.',
    );
  });

  test('needs one whom the rules name', async () => {
    const bench = open(policy, { ...awaiting, breakGlass: { reason } });
    expect(await refusalOf(approve(bench, dora))).toMatch(/^Nothing was approved/);
  });

  test('without it nothing is approved in the freeze, which says its end and the way past it', async () => {
    const bench = open(policy);
    expect(await refusalOf(approve(bench, bob))).toBe(
      'Nothing was approved: `deploy` of `postgres` is frozen until 2026-11-23T00:00:00.000Z (Sunday). `/pgdist deploy postgres --break-glass <reason>` goes past it, with a reason and a second person.',
    );
  });
});

test('a retry keeps an approval whose givers all still count, and no other', async () => {
  const failed: Run = {
    ...awaiting,
    state: 'failed',
    endedAt: awaiting.requestedAt,
    approval: {
      by: bob,
      at: awaiting.requestedAt,
      digest: plan.digest,
      through: ['S0DBA'],
      along: [{ by: gina, at: awaiting.requestedAt, digest: plan.digest, through: ['S0DBA'] }],
    },
  };
  const retry = { ...clickOf(alice, failed), deed: 'retry' as const };
  expect((await open({ rules: [ofDba] }, failed).runs.retry(retry)).approval).toBeDefined();
  const left = open({ rules: [ofDba] }, failed);
  dba.users = [bob.userId];
  const again = await left.runs.retry(retry);
  expect(again.approval).toBeUndefined();
});

describe('an approver whose account is gone before the last approval', () => {
  const deactivated = new Map<string, Standing>();
  const people = { standing: async ({ userId }: Actor): Promise<Standing> => deactivated.get(userId) ?? { kind: 'member' } };
  const openWith = (run: Run = awaiting): UseCaseBench => {
    deactivated.clear();
    return openBench([run], { slack: { rules: [two], approvers: [bob.userId, carol.userId, dora.userId] }, people });
  };

  test.each(['deactivated', 'guest', 'stranger'] as const)('does not count any more: %s', async (who) => {
    const bench = openWith();
    await approve(bench, bob);
    deactivated.set(bob.userId, { kind: 'refused', who });
    expect(await approve(bench, carol)).toMatchObject({ state: 'awaiting-approval', approvals: [{ by: carol }] });
    expect(await approve(bench, dora)).toMatchObject({ state: 'applying', approval: { by: dora, along: [{ by: carol }] } });
  });

  test.each<Standing>([{ kind: 'silent' }, { kind: 'no-right', lacks: 'users:read' }])(
    'while Slack says nothing of them nothing is decided ($kind)',
    async (standing) => {
      const bench = openWith();
      await approve(bench, bob);
      deactivated.set(bob.userId, standing);
      expect(await refusalOf(approve(bench, carol))).toBe(
        'Nothing was decided: Slack does not say right now whether {user:U0BOB}, who approved before, may still do so. Try again in a moment.',
      );
      expect(givenIn(await stored(bench))).toEqual([bob.userId]);
    },
  );

  test.each<Standing>([{ kind: 'refused', who: 'deactivated' }, { kind: 'silent' }])('nobody goes on under their word ($kind)', async (standing) => {
    const approval = {
      by: carol,
      at: '2026-11-22T14:01:00.000Z',
      digest: plan.digest,
      along: [{ by: bob, at: '2026-11-22T14:00:30.000Z', digest: plan.digest }],
    };
    const bench = openWith({ ...touching('tokyo'), state: 'failed', approval, endedAt: '2026-11-22T14:02:00.000Z' });
    const retry = { ...clickOf(alice), deed: 'retry' as const };
    expect((await openWith({ ...touching('tokyo'), state: 'failed', approval, endedAt: approval.at }).runs.retry(retry)).approval).toEqual(approval);
    deactivated.set(bob.userId, standing);
    const again = await bench.runs.retry(retry);
    expect(again.approval).toBeUndefined();
    expect(again.replanned?.void.map(({ by }) => by)).toEqual([bob, carol]);
  });
});

test('a freeze that begins between the look at who clicks and the decision is told as one', async () => {
  const bench = open({ freezes: [{ name: 'Evenings', timeZone: 'UTC', hours: { from: '14:06', to: '23:00' } }] });
  bench.store.locked = async () => void (bench.now = '2026-11-22T14:06:00.000Z');
  expect(await refusalOf(approve(bench, bob))).toMatch(/^Nothing was approved: `deploy` of `postgres` is frozen/);
  expect(await stored(bench)).toMatchObject({ state: 'awaiting-approval' });
});

test('a plan that expires in that moment is told as expired', async () => {
  const bench = open({});
  bench.store.locked = async () => void (bench.now = awaiting.planExpiresAt!);
  expect(await refusalOf(approve(bench, bob))).toMatch(/^This plan expired at/);
  expect(await stored(bench)).toMatchObject({ state: 'awaiting-approval' });
});
