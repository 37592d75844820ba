import { expect, test } from 'vitest';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import type { Run } from '../../src/domain/run.ts';
import { sourceOf } from '../../src/domain/text.ts';
import type { Actor } from '../../src/domain/run.ts';
import { alice, awaiting, bob, carol, clickOf, dora, NOW, openBench, refusalOf, retryOf } from '../runs/bench.ts';
import { openDeedWorld } from '../runs/deed-world.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';

const commands = await loadCommands();

const typing = (runs: readonly Run[] = []) => {
  const bench = openBench(runs);
  const answer = createInterpreter({ runs: bench.runs, commands, fleets: [{ fleet: testFleet, databases: [testDatabase] }] });
  let keys = 0;
  const type = async (text: string, by: Actor = bob): Promise<string> =>
    sourceOf((await answer(text, { way: 'command', by, channel: 'C0DB', idempotencyKey: `k${(keys += 1)}` })).text);
  return { ...bench, type };
};

const WHY = `locked by {user:U0BOB} since {time:${NOW}}: “storage is being moved”`;
const ended: Run = { ...awaiting, state: 'failed', endedAt: '2026-11-22T14:02:00.000Z' };

test.each<[string, readonly Run[], (bench: ReturnType<typeof typing>) => Promise<unknown>, string]>([
  ['a deploy', [], ({ type }) => type('deploy postgres', alice), 'Nothing was accepted'],
  ['an approval', [awaiting], ({ runs }) => runs.approve(clickOf(carol)), 'Nothing was approved'],
  ['a retry', [ended], ({ runs }) => runs.retry(retryOf(alice)), 'Nothing was done'],
  ['another plan', [{ ...ended, state: 'expired' }], ({ runs }) => runs.retry(retryOf(alice, 'plan-again')), 'Nothing was done'],
  [
    'a repair',
    [{ ...ended, kind: 'verify' }],
    ({ runs }) => runs.askAgain({ ...clickOf(alice), deed: 'plan-repair', idempotencyKey: 'k' }),
    'Nothing was accepted',
  ],
])('while a database is locked %s is refused, and by whom, since when and why it is', async (_what, stored, ask, nothing) => {
  const bench = typing(stored);
  await bench.type('lock postgres storage is being moved');
  const before = await bench.store.list(10);
  expect(await refusalOf(ask(bench))).toBe(
    `${nothing}: \`postgres\` is ${WHY}. \`/pgdist unlock postgres <reason>\` ends that; approvers and admins may.`,
  );
  expect(await bench.store.list(10)).toEqual(before);
  await bench.type('unlock postgres it is over', carol);
  await expect(ask(bench)).resolves.toBeDefined();
});

test.each(['plan postgres', 'status postgres', 'verify postgres'])('%s goes on while the database is locked', async (line) => {
  const { type } = typing();
  await type('lock postgres storage is being moved');
  expect(await type(line, alice)).toContain('run `rnew1`');
});

test('a lock names a deploy that is being applied, which goes on', async () => {
  const { type, store } = typing([{ ...awaiting, state: 'applying' }]);
  expect(await type('lock postgres storage is being moved')).toContain('Run `r1` is being applied and goes on: `/pgdist cancel r1` stops it.');
  expect((await store.get('r1'))?.state).toBe('applying');
});

test('a deploy that was approved before the lock is not begun under it', async () => {
  const written: string[] = [];
  const world = openDeedWorld({ queued: () => undefined, wrote: (runId) => void written.push(runId) });
  const [bot] = world.bots;
  const lock = { by: bob, at: NOW, reason: 'storage is being moved' };
  const run = await bot!.start({ way: 'command', kind: 'deploy', database: 'postgres', by: alice, channel: 'C0DB', idempotencyKey: 'k' });
  await world.take(world.jobs.shift()!);
  await world.goOn(run.id);
  await world.store.setShown(run.id, { channel: 'C0DB', ts: '100.1', replies: {} });
  const planned = await world.store.get(run.id);
  await bot!.approve({ ...clickOf(bob), runId: run.id, seenDigest: planned?.plan?.digest });
  await world.store.lock(planned!.fleet.name, 'postgres', lock);
  await world.take(world.jobs.pop()!);
  await world.goOn(run.id);
  expect(await world.store.get(run.id)).toMatchObject({
    state: 'superseded',
    differences: ['postgres was locked before anything was begun (storage is being moved)'],
  });
  expect(written).toEqual([]);
  await world.close();
});

test('a second lock does not replace the first, and who locked is told', async () => {
  const { type, store } = typing();
  await type('lock postgres storage is being moved');
  expect(await refusalOf(type('lock postgres mine', carol))).toBe(`Nothing was done: \`postgres\` is ${WHY} already.`);
  expect(await store.locked(testFleet.name, 'postgres')).toMatchObject({ by: bob });
});

test('unlock says whose lock it was, or that there was none', async () => {
  const { type } = typing();
  await type('lock postgres storage is being moved');
  expect(await type('unlock postgres it is over', carol)).toBe(
    `\`postgres\` is unlocked; it was ${WHY}. \`/pgdist deploy postgres\` plans a deploy.`,
  );
  expect(await type('unlock postgres once more')).toBe('`postgres` was not locked.');
});

test.each([
  ['lock postgres', 'Say the reason. Type `/pgdist lock <database> <reason...>`.'],
  ['unlock postgres', 'Say the reason. Type `/pgdist unlock <database> <reason...>`.'],
  ['lock', 'Say which database. There is `postgres`. Type `/pgdist lock <database> <reason...>`.'],
  ['lock postgre because', 'There is no database `postgre` in this fleet. Did you mean `postgres`?'],
])('%s is refused: %s', async (line, sentence) => {
  const { type, store } = typing();
  expect(await refusalOf(type(line))).toContain(sentence);
  expect(await store.locked(testFleet.name, 'postgres')).toBeUndefined();
});

test('who asked for a deploy may not lock, and the audit has who tried, who locked and why', async () => {
  const { type, store } = typing();
  expect(await refusalOf(type('lock postgres mine', alice))).toContain('approvers and admins may lock a database');
  await type('lock postgres storage is being moved');
  expect(store.entries).toEqual([
    expect.objectContaining({ deed: 'lock', by: alice.userId, outcome: 'refused' }),
    expect.objectContaining({ deed: 'lock', by: bob.userId, outcome: 'asked', database: 'postgres', reason: 'storage is being moved' }),
    expect.objectContaining({ deed: 'lock', by: bob.userId, outcome: 'done', about: '2' }),
  ]);
});

test('pending tells first what waits for who asks, then what waits for others, for whom and since when, and what is locked', async () => {
  const theirs: Run = { ...awaiting, id: 'r2', requestedBy: bob, requestedAt: '2026-11-22T13:00:00.000Z' };
  const { type, store } = typing([awaiting, theirs, { ...awaiting, id: 'r3', state: 'planning' }, { ...ended, id: 'r4' }]);
  await store.setShown('r1', { channel: 'C0DB', ts: '100.1', permalink: 'https://home.example.org/p1', replies: {} });
  await type('lock postgres storage is being moved');
  expect(await type('pending')).toBe(
    [
      '**Waits for you** on fleet **demo**:',
      '`r1` deploy postgres, asked by {user:U0ALICE} · waits since {time:2026-11-22T14:03:00.000Z}, expires {time:2026-11-22T14:30:00.000Z} · for {user:U0BOB}, {user:U0CAROL} · {link:https://home.example.org/p1|open the plan}',
      'Waits for others:',
      '`r2` deploy postgres, asked by {user:U0BOB} · waits since {time:2026-11-22T14:03:00.000Z}, expires {time:2026-11-22T14:30:00.000Z} · for {user:U0CAROL}',
      `\`postgres\` is ${WHY}`,
    ].join('\n'),
  );
  expect((await type('pending', dora)).split('\n')[0]).toBe('Nothing waits for you on fleet **demo**.');
});

test('pending says that nothing waits, and of what nobody may approve that too', async () => {
  expect(await typing().type('pending')).toBe('Nothing waits for anybody on fleet **demo**. `/pgdist history` lists what was decided.');
  const { type, configure } = typing([awaiting]);
  configure({ approvers: [alice.userId] });
  expect(await type('pending')).toContain('**nobody may approve it**');
});

test('history tells of each run who asked and approved, how it ended and how long it took, newest first', async () => {
  const approval = { by: carol, at: '2026-11-22T14:01:00.000Z', digest: 'd' };
  const rejected: Run = {
    ...awaiting,
    id: 'r2',
    state: 'rejected',
    requestedAt: '2026-11-22T14:02:00.000Z',
    rejection: { by: carol, at: NOW },
    endedAt: NOW,
  };
  const { type } = typing([{ ...ended, state: 'succeeded', approval, endedAt: '2026-11-22T14:04:10.000Z' }, rejected]);
  const lines = (await type('history postgres', dora)).split('\n');
  expect(lines).toEqual([
    'Last 2 runs of `postgres`, newest first:',
    '{time:2026-11-22T14:02:00.000Z} `r2` deploy postgres by {user:U0ALICE} · **rejected** by {user:U0CAROL} · in 3 min',
    '{time:2026-11-22T14:00:00.000Z} `r1` deploy postgres by {user:U0ALICE} · **succeeded**, approved by {user:U0CAROL} · applied in 3 min',
  ]);
  expect(await refusalOf(type('history postgre'))).toContain('Did you mean `postgres`?');
});
