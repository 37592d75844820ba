import { expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { alice, askerIn, awaiting, bob, carol, clickOf, dora, openBench, plan, refusalOf } from './bench.ts';

const applying: Run = { ...awaiting, state: 'applying', approval: { by: bob, at: '2026-11-22T14:04:00.000Z', digest: plan.digest } };

test('a run that nobody works on is cancelled at once, and its approval says by whom it ended', async () => {
  const bench = openBench([applying]);
  expect(await bench.runs.cancel({ ...askerIn(carol), runId: 'r1' })).toMatchObject({
    state: 'cancelled',
    cancelledBy: carol,
    approval: { by: bob, ended: { by: carol, at: bench.now } },
  });
  expect(bench.store.entries).toMatchObject([
    { deed: 'cancel', way: 'command', before: 'applying', outcome: 'asked' },
    { deed: 'cancel', way: 'command', before: 'applying', after: 'cancelled', outcome: 'done' },
  ]);
});

test('a run that a worker holds is left to it, and what is asked for is stored', async () => {
  const bench = openBench([applying]);
  bench.store.leaseLeftMs = () => Promise.resolve(1_000);
  expect(await bench.runs.cancel(clickOf(alice, applying))).toMatchObject({ state: 'applying' });
  expect(await bench.store.cancelRequested('r1')).toEqual(alice);
});

test('a second cancel does not change by whom the approval ended', async () => {
  const bench = openBench([{ ...applying, state: 'cancelling', approval: { ...applying.approval!, ended: { by: carol, at: 'then' } } }]);
  expect((await bench.runs.cancel({ ...askerIn(alice), runId: 'r1' })).approval?.ended).toEqual({ by: carol, at: 'then' });
});

test.each([
  ['who has no part in it', askerIn(dora), 'approvers and admins may cancel it. It goes on as before.'],
  ['for a run that is not there', { ...askerIn(bob), runId: 'rx' }, 'There is no run `rx`. `/pgdist runs` lists them.'],
])('somebody %s is refused, and no request is stored', async (_who, asker, sentence) => {
  const bench = openBench([applying]);
  expect(await refusalOf(bench.runs.cancel({ runId: 'r1', ...asker }))).toContain(sentence);
  expect(await bench.store.cancelRequested('r1')).toBeUndefined();
});
