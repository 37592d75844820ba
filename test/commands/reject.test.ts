import { expect, test } from 'vitest';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import { type Actor, REJECTION_REASON_LENGTH, type Run } from '../../src/domain/run.ts';
import { sourceOf } from '../../src/domain/text.ts';
import type { Asker } from '../../src/ports/use-cases.ts';
import { card } from '../../src/adapters/slack/render/card.ts';
import { alice, awaiting, bob, carol, clickOf, dora, NOW, openBench, person, plan, refusalOf } from '../runs/bench.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';

const commands = await loadCommands();
const admin = person('admin');
const other: Run = { ...awaiting, id: 'r9x4' };
const named: Run = { ...awaiting, id: 'rbcde' };

type Where = 'command' | 'mention in the channel' | 'mention in its thread' | 'mention in another thread' | 'mention in a thread of nothing known';
const WHERE: Readonly<Record<Where, (run: Run) => Pick<Asker, 'way' | 'thread'>>> = {
  command: () => ({ way: 'command' }),
  'mention in the channel': () => ({ way: 'mention' }),
  'mention in its thread': (run) => ({ way: 'mention', thread: run }),
  'mention in another thread': () => ({ way: 'mention', thread: 'none' }),
  'mention in a thread of nothing known': () => ({ way: 'mention' }),
};

const typing = (run: Run = awaiting) => {
  const bench = openBench([run, other, named], { slack: { admins: [admin.userId] } });
  const answer = createInterpreter({ runs: bench.runs, commands, fleets: [{ fleet: testFleet, databases: [testDatabase] }] });
  let keys = 0;
  const type = async (text: string, by: Actor = bob, where: Where = 'command', idempotencyKey = `k${(keys += 1)}`): Promise<string> =>
    sourceOf((await answer(text, { by, channel: 'C0DB', idempotencyKey, ...WHERE[where](run) })).text);
  const states = async () => (await Promise.all(['r1', 'r9x4', 'rbcde'].map((id) => bench.store.get(id)))).map((found) => found?.state);
  return { ...bench, type, states };
};
const NOTHING = ['awaiting-approval', 'awaiting-approval', 'awaiting-approval'];
const ONE = ['rejected', 'awaiting-approval', 'awaiting-approval'];

test.each<[string, Actor, Where, string | undefined]>([
  ['reject r1 not before the release', bob, 'command', 'not before the release'],
  ['reject r1 not before the release', alice, 'command', 'not before the release'],
  ['reject R1 Not before the RELEASE', admin, 'mention in the channel', 'Not before the RELEASE'],
  ['reject r1', bob, 'command', undefined],
  ['reject r1 storage moves', carol, 'mention in another thread', 'storage moves'],
  ['reject r1 storage moves', carol, 'mention in a thread of nothing known', 'storage moves'],
  ['reject', bob, 'mention in its thread', undefined],
  ['reject because the window is closed', bob, 'mention in its thread', 'because the window is closed'],
  ['Reject risky', alice, 'mention in its thread', 'risky'],
  ['reject rollback comes first', bob, 'mention in its thread', 'rollback comes first'],
  ['reject again and again', bob, 'mention in its thread', 'again and again'],
  ['reject r1 storage moves', bob, 'mention in its thread', 'storage moves'],
])('%s, by %o, %s: the plan is rejected with that reason', async (line, by, where, reason) => {
  const { type, store, states } = typing();
  const told = await type(line, by, where);
  expect(told).toBe(
    `The plan of run \`r1\` is rejected${reason === undefined ? '' : `: “${reason}”`}. Nothing was changed; its thread says so to everybody.`,
  );
  expect(await states()).toEqual(ONE);
  const run = await store.get('r1');
  expect(run?.rejection).toMatchObject({ by, at: NOW });
  expect(run?.rejection?.reason).toBe(reason);
  expect(store.entries.map(({ deed, outcome, before, after, reason: why }) => [deed, outcome, before, after, why])).toEqual([
    ['reject', 'asked', 'awaiting-approval', undefined, reason],
    ['reject', 'done', 'awaiting-approval', 'rejected', reason],
  ]);
});

test.each<[string, Actor, Where, Partial<Run>, string]>([
  ['reject r1 no', dora, 'command', {}, 'approvers and admins may reject it. It goes on as before.'],
  ['reject because I can', dora, 'mention in its thread', {}, 'approvers and admins may reject it. It goes on as before.'],
  ['reject', bob, 'command', {}, 'Say which run.'],
  ['reject r77 no', bob, 'command', {}, 'There is no run `r77`.'],
  ['reject because of this', bob, 'mention in the channel', {}, 'There is no run `because`.'],
  ['reject because of this', bob, 'mention in another thread', {}, "this thread is no run's"],
  ['reject r7k2 no', bob, 'mention in its thread', {}, 'There is no run `r7k2`.'],
  ['reject r1 no', bob, 'command', { state: 'rejected', rejection: { by: carol, at: NOW, reason: 'mine' } }, 'Already rejected by {user:U0CAROL}'],
  ['reject no', bob, 'mention in its thread', { state: 'superseded', endedAt: NOW }, 'no longer fits what is on the clusters'],
  [
    'reject r1 no',
    bob,
    'command',
    { state: 'applying', approval: { by: carol, at: NOW, digest: plan.digest } },
    'Already approved by {user:U0CAROL}',
  ],
  ['reject r1 no', bob, 'command', { planExpiresAt: NOW }, 'This plan expired at'],
  ['reject r1 no', bob, 'command', { state: 'expired', planExpiresAt: NOW, endedAt: NOW }, 'This plan expired at'],
  ['reject r1 no', bob, 'command', { state: 'planning' }, 'There is nothing to approve'],
])('%s, by %o, %s, of %o: nothing is rejected, and it is told why', async (line, by, where, changes, sentence) => {
  const { type, states } = typing({ ...awaiting, ...changes });
  const before = await states();
  expect(await refusalOf(type(line, by, where))).toContain(sentence);
  expect(await states()).toEqual(before);
});

test.each(['r9x4', 'rbcde'])('what may be the id of another run is never taken for a reason: %s, said in the thread of r1', async (id) => {
  const { type, states, store } = typing();
  await type(`reject ${id} not today`, bob, 'mention in its thread');
  expect((await states())[0]).toBe('awaiting-approval');
  expect(await store.get(id)).toMatchObject({ state: 'rejected', rejection: { reason: 'not today' } });
});

test('the same line, delivered twice, is one rejection and told as taken each time', async () => {
  const { type, states, store } = typing();
  const told = await type('reject r1 not today', bob, 'command', 'same');
  expect(await type('reject r1 not today', bob, 'command', 'same')).toBe(told);
  expect(await refusalOf(type('reject r1 not today', bob, 'command', 'another'))).toContain('Already rejected by {user:U0BOB}');
  expect(await states()).toEqual(ONE);
  expect(store.entries.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
});

test('a reason is the words of others: cut to its length, and never markup, in the answer, the card and the audit', async () => {
  const { type, store } = typing();
  const hostile = `a*bold*z a&lt;!channel&gt;z a&lt;@U0EVE&gt;z ${'x'.repeat(20)} `.repeat(60);
  const told = await type(`reject r1 ${hostile}`);
  const run = await store.get('r1');
  const reason = run?.rejection?.reason ?? '';
  expect(reason.length).toBeLessThanOrEqual(REJECTION_REASON_LENGTH);
  expect(reason.endsWith('…')).toBe(true);
  expect(told.length).toBeLessThan(2 * REJECTION_REASON_LENGTH);
  expect(store.entries.at(-1)?.['reason']).toBe(reason);
  const { text, blocks } = card(run!, {}, NOW);
  expect(text).toContain('&lt;!channel&gt;');
  expect(text).not.toMatch(/<!channel>|<@U0EVE>/);
  expect(JSON.stringify(blocks)).not.toContain('"user_id":"U0EVE"');
  expect(await type('audit r1')).toMatch(/reject by command · “a\\\*bold.*!channel.*…”/);
});

test('while the plan that somebody reads is replaced, what waits now is rejected: nothing is done by it', async () => {
  const { type, states, store } = typing();
  await store.save({ ...awaiting, plan: { ...plan, digest: plan.digest.replace('4f9c', 'ffff') } });
  await type('reject because of the old one', bob, 'mention in its thread');
  expect(await states()).toEqual(ONE);
});

test('no line approves', async () => {
  const { type, states, runs } = typing();
  for (const line of ['approve r1', 'approve', 'yes', 'accept r1', 'confirm r1'])
    for (const where of Object.keys(WHERE) as Where[]) await refusalOf(type(line, bob, where));
  expect(await states()).toEqual(NOTHING);
  expect((await runs.approve(clickOf(bob))).state).toBe('applying');
});
