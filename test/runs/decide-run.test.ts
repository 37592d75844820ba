import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import type { Decision } from '../../src/ports/use-cases.ts';
import { alice, awaiting, bob, carol, clickOf, formOf, openBench, plan, refusalOf, type UseCaseBench } from './bench.ts';

const other = { ...plan, digest: `ffff${plan.digest.slice(4)}` };

/** Approve and Reject: whatever is tried on one is tried on the other. */
const DECISIONS = {
  approve: { do: ({ runs }: UseCaseBench, decision: Decision) => runs.approve(decision), by: clickOf, state: 'applying' },
  reject: { do: ({ runs }: UseCaseBench, decision: Decision) => runs.reject(decision), by: formOf, state: 'rejected' },
} as const;

/** Changes the stored run right after the next time that it is read, as another process would. */
const onceRead = (bench: UseCaseBench, change: (run: Run) => Run): void => {
  const { get } = bench.store;
  let reads = 0;
  bench.store.get = async (id) => {
    const run = await get(id);
    reads += 1;
    // The first read finds the run, the second is the one that the decision is built on.
    if (reads === 2 && run !== undefined) await bench.store.save(change(run));
    return run;
  };
};

describe.each(Object.keys(DECISIONS) as (keyof typeof DECISIONS)[])('%s', (name) => {
  const { do: decide, by, state } = DECISIONS[name];

  test('is decided on the plan that was seen, and recorded with it', async () => {
    const bench = openBench();
    expect((await decide(bench, by(bob))).state).toBe(state);
    expect(bench.store.entries).toEqual([
      expect.objectContaining({ deed: name, run: 'r1', by: bob.userId, digestSeen: plan.digest, before: 'awaiting-approval', outcome: 'asked' }),
      expect.objectContaining({
        about: '1',
        deed: name,
        run: 'r1',
        by: bob.userId,
        digestSeen: plan.digest,
        before: 'awaiting-approval',
        after: state,
        outcome: 'done',
      }),
    ]);
  });

  test.each([
    undefined,
    '',
    '4f9c',
    plan.digest.slice(0, 12),
    plan.digest.slice(0, 63),
    `${plan.digest.slice(0, 12)}${'0'.repeat(52)}`,
    `${plan.digest.slice(0, 63)}0`,
    `${plan.digest}7`,
    plan.digest.toUpperCase(),
    'z'.repeat(64),
  ])('does nothing for a message whose plan reads %j, and says so', async (seenDigest) => {
    const bench = openBench();
    expect(await refusalOf(decide(bench, { ...by(bob), seenDigest }))).toMatch(
      /^Nothing was decided: this message does not (say which plan|show the newest plan) of run `r1`/,
    );
    expect((await bench.store.get('r1'))?.state).toBe('awaiting-approval');
    expect(bench.store.entries).toMatchObject([{ outcome: 'refused', before: 'awaiting-approval' }]);
  });

  test('does nothing for a message that shows another plan than the stored one', async () => {
    const bench = openBench([{ ...awaiting, plan: other }]);
    expect(await refusalOf(decide(bench, by(bob)))).toContain('does not show the newest plan');
  });

  test('does nothing when the plan is replaced between reading and writing', async () => {
    const bench = openBench();
    onceRead(bench, (run) => ({ ...run, plan: other }));
    expect(await refusalOf(decide(bench, by(bob)))).toContain('does not show the newest plan');
    expect(await bench.store.get('r1')).toMatchObject({ state: 'awaiting-approval', plan: { digest: other.digest } });
  });

  test('goes on when what changed meanwhile is not the plan', async () => {
    const bench = openBench();
    onceRead(bench, (run) => ({ ...run, attempt: 9 }));
    expect((await decide(bench, by(bob))).state).toBe(state);
  });

  test('does nothing when the plan expires between reading and writing', async () => {
    const bench = openBench();
    onceRead(bench, (run) => ({ ...run, planExpiresAt: bench.now }));
    expect(await refusalOf(decide(bench, by(bob)))).toMatch(/^This plan expired at/);
  });

  test('does nothing once the plan has expired, though nobody has swept it yet', async () => {
    const bench = openBench();
    bench.now = awaiting.planExpiresAt ?? '';
    expect(await refusalOf(decide(bench, by(bob)))).toMatch(/^This plan expired at/);
    expect((await bench.store.get('r1'))?.state).toBe('awaiting-approval');
  });

  test('does nothing for who was an approver when the message was posted and is none any more', async () => {
    const bench = openBench();
    bench.configure({ approvers: [carol.userId] });
    expect(await refusalOf(decide(bench, by(bob)))).toContain('Nothing was');
    expect((await bench.store.get('r1'))?.state).toBe('awaiting-approval');
  });

  test('of two at the same time one counts, and the other is told by whom', async () => {
    const bench = openBench();
    const outcomes = await Promise.allSettled([decide(bench, by(bob)), decide(bench, by(carol))]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const late = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect((late.reason as Error).message).toMatch(/^Already (approved|rejected) by \{user:U0(BOB|CAROL)\} at/);
    expect(bench.store.entries.map(({ outcome = '' }) => outcome).toSorted()).toEqual(['asked', 'asked', 'done', 'refused']);
  });

  test('stands although the entry of its outcome is lost', async () => {
    const bench = openBench();
    const { audit } = bench.store;
    bench.store.audit = (entry) => (entry['outcome'] === 'asked' ? audit(entry) : Promise.reject(new Error('connection lost')));
    expect((await decide(bench, by(bob))).state).toBe(state);
  });
});

test('who caused the plan between reading and writing may not approve it', async () => {
  const bench = openBench();
  onceRead(bench, (run) => ({ ...run, causedBy: [bob] }));
  expect(await refusalOf(bench.runs.approve(clickOf(bob)))).toBe('You had this run planned again, so you may not approve it. {user:U0CAROL} may.');
});

test('an approval ends the count of who caused the plan, and takes the fleet', async () => {
  const bench = openBench([{ ...awaiting, causedBy: [bob] }]);
  const run = await bench.runs.approve(clickOf(carol));
  expect(run).not.toHaveProperty('causedBy');
  expect(bench.queued).toEqual(['apply r1']);
  expect(await bench.store.takeFleet({ ...awaiting, id: 'r2' })).toMatchObject({ id: 'r1' });
});

test.each([
  [
    'the requester, though nobody else is an approver',
    [alice.userId],
    [],
    alice,
    'You asked for this run, so you may not approve it. Nobody else may: add an approver to the configuration.',
  ],
  [
    'who planned it again, though nobody else is left',
    [alice.userId, bob.userId],
    [bob],
    bob,
    'nobody else may: add an approver to the configuration, or cancel it and deploy anew',
  ],
])('%s is refused with what to do', async (_who, approvers, causedBy, by, sentence) => {
  const bench = openBench([{ ...awaiting, causedBy }], { slack: { approvers } });
  expect((await refusalOf(bench.runs.approve(clickOf(by)))).toLowerCase()).toContain(sentence.toLowerCase());
});

test('where the configuration lets requesters approve, those who planned again may as well', async () => {
  const bench = openBench([{ ...awaiting, causedBy: [bob] }], { slack: { requesterMayApprove: true } });
  expect((await bench.runs.approve(clickOf(bob))).state).toBe('applying');
});
