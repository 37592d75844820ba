import { expect, test } from 'vitest';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import type { Actor, Run } from '../../src/domain/run.ts';
import { sourceOf } from '../../src/domain/text.ts';
import { alice, awaiting, carol, dora, openBench, refusalOf } from '../runs/bench.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';

const commands = await loadCommands();
const ended = (state: Run['state']): Run => ({ ...awaiting, state, endedAt: '2026-11-22T14:02:00.000Z' });

/** A mention in the thread of this run, or in one that is no run's. */
const mentioning = (run: Run, where: 'its thread' | 'another thread' | 'the channel' = 'its thread') => {
  const { runs, store } = openBench([run]);
  const answer = createInterpreter({ runs, commands, fleets: [{ fleet: testFleet, databases: [testDatabase] }] });
  const thread = where === 'the channel' ? {} : { thread: where === 'its thread' ? run : ('none' as const) };
  const say = async (text: string, by: Actor = alice): Promise<string> =>
    sourceOf((await answer(text, { way: 'mention', by, channel: 'C0DB', idempotencyKey: text, ...thread })).text);
  return { store, say };
};

test.each([
  ['cancel', awaiting, 'Run `r1` is cancelled'],
  ['Stop!', awaiting, 'Run `r1` is cancelled'],
  ['why?', ended('failed'), 'Run `r1` (`deploy postgres`'],
  ['explain', ended('failed'), 'Run `r1` (`deploy postgres`'],
  ['retry', ended('failed'), 'Run `r1` begins again'],
  ['retry please', ended('failed'), 'Run `r1` begins again'],
  ['again', ended('expired'), 'Run `r1` begins again'],
  ['plan again', ended('superseded'), 'Run `r1` begins again'],
  ['status', awaiting, 'Asking `status postgres`'],
  ['verify', awaiting, 'Verifying `verify postgres`'],
  ['history', awaiting, 'The only run of `postgres`'],
])('%s in the thread of a run is about that run', async (text, run, answer) => {
  expect(await mentioning(run).say(text)).toContain(answer);
});

test.each(['approve', 'Approved', 'lgtm', 'yes', 'ok', 'approve r1', 'rejected', 'deny', 'no'])(
  '%s in the thread of a run decides nothing, and says what does',
  async (text) => {
    const { say, store } = mentioning(awaiting);
    expect(await refusalOf(say(text, carol))).toContain('Nothing was decided: the plan of run `r1` is approved by the button below it');
    expect((await store.get('r1'))?.state).toBe('awaiting-approval');
  },
);

test.each(['cancel', 'retry', 'why', 'again', 'explain', 'approve', 'bundle', 'audit', 'export', 'reject', 'reject because of the freeze'])(
  '%s in a thread that is no run’s says so, and where the runs are',
  async (text) => {
    const { say, store } = mentioning(ended('failed'), 'another thread');
    expect(await refusalOf(say(text))).toMatch(/^Nothing was done: this thread is no run's, .* `\/pgdist runs` links to their threads/);
    expect((await store.get('r1'))?.state).toBe('failed');
  },
);

test('who may not retry the run by its button may not by a mention either, and an ended one is told as such', async () => {
  expect(await refusalOf(mentioning(ended('failed')).say('retry', dora))).toContain('approvers and admins may');
  expect(await refusalOf(mentioning(ended('succeeded')).say('retry'))).toContain('there is nothing to do again');
  expect(await refusalOf(mentioning(awaiting).say('retry'))).toContain('There is nothing to retry');
});

test.each(['its thread', 'another thread', 'the channel'] as const)('what names its run is about that one, said in %s', async (where) => {
  expect(await mentioning(awaiting, where).say('cancel r1')).toContain('Run `r1` is cancelled');
  expect(await mentioning(awaiting, where).say('status')).toContain('Asking `status postgres`');
});
