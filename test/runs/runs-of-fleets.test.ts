import { expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { createRunsOfFleets } from '../../src/runs/runs-of-fleets.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import { refusal } from '../support/refusal.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { memoryStore } from '../support/memory-store.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { everybody } from '../support/people.ts';
import { quietLog } from '../support/quiet-log.ts';
import { systemClock } from '../support/system-clock.ts';
import { askerIn, awaiting, CARD, CHANNEL, clickOf, formOf } from './bench.ts';

const actor = (name: string) => ({ userId: `U0${name}`, teamId: 'T0HOME' });

const policy = (name: string, slack: Partial<RunPolicy['slack']>): RunPolicy => ({
  fleet: { ...testFleet, name },
  databases: [testDatabase],
  slack: { channels: [CHANNEL], approvers: [`U0${name.toUpperCase()}`], admins: [], requesterMayApprove: false, ...slack },
  approvalTimeoutMs: 1_800_000,
});

/** Two fleets with an approver each, and an admin of the first. */
const opened = async (...runs: readonly Run[]) => {
  const store = memoryStore();
  for (const run of runs) {
    store.put(run);
    await store.setShown(run.id, { channel: CHANNEL, ts: CARD, replies: {} });
  }
  const queued: string[] = [];
  const fleets = [policy('eu', { admins: ['U0ADMIN'] }), policy('us', { channels: [CHANNEL, 'C0US'] })] as const;
  const queue = { add: async ({ fleet = '', runId }: { fleet?: string | undefined; runId: string }) => void queued.push(`${fleet} ${runId}`) };
  const around = { report: async () => undefined, has: async () => true };
  const made = createRunsOfFleets(
    {
      store,
      watches: memoryWatches(),
      preferences: memoryPeople().preferences,
      queue: { ...queue, ...around },
      people: everybody,
      clock: { ...systemClock, now: () => new Date('2026-11-22T14:05:00.000Z') },
      random: { number: () => 0.5, id: () => 'new1' },
      log: quietLog,
    },
    fleets,
  );
  return { ...made, store, queued };
};

const on = (fleet: string, changes: Partial<Run> = {}): Run => ({ ...awaiting, fleet: { ...testFleet, name: fleet }, ...changes });

test.each(['all', 'the other fleet'] as const)(
  'whoever approves in one fleet decides nothing in the other, asked by the use cases of %s',
  async (way) => {
    const { all, of, store, queued } = await opened(on('us'));
    const runs = way === 'all' ? all : of('eu');
    expect(await refusal(runs.approve(clickOf(actor('EU'))))).toBe('Nothing was approved: {user:U0US} may approve this plan.');
    expect(await refusal(runs.reject(formOf(actor('ADMIN'))))).toContain('approvers and admins may reject it');
    expect(await refusal(runs.cancel({ ...askerIn(actor('ADMIN')), runId: awaiting.id }))).toContain('approvers and admins may cancel it');
    expect((await store.get(awaiting.id))?.state).toBe('awaiting-approval');
    expect((await runs.approve(clickOf(actor('US')))).state).toBe('applying');
    expect(queued).toEqual([`us ${awaiting.id}`]);
  },
);

test('two fleets deploy at the same time, each holds a lock of its own', async () => {
  const [first, second] = [on('eu'), on('us', { id: 'r2' })];
  const { all, store } = await opened(first, second);
  await all.approve(clickOf(actor('EU'), first));
  await all.approve(clickOf(actor('US'), second));
  expect([(await store.get(first.id))?.state, (await store.get('r2'))?.state]).toEqual(['applying', 'applying']);
});

test('a database of one name is deployed in both fleets, and each run keeps the fleet that it was asked for', async () => {
  const { of, all } = await opened();
  const us = await of('us').start({ ...askerIn(actor('ANNA')), kind: 'deploy', database: testDatabase.name });
  expect(us).toMatchObject({ fleet: { name: 'us' }, typed: 'postgres --fleet us' });
  expect(await refusal(all.start({ ...askerIn(actor('ANNA')), kind: 'deploy', database: testDatabase.name }))).toBe(
    'Several fleets have a database `postgres`. Say which: `/pgdist deploy postgres --fleet eu`, `/pgdist deploy postgres --fleet us`.',
  );
});

test('a run whose fleet is gone is approved and retried by nobody, and whoever asked for it, or an admin, ends it', async () => {
  const { all, store } = await opened(on('asia'));
  for (const who of ['EU', 'US'])
    expect(await refusal(all.approve(clickOf(actor(who))))).toBe(
      'Nothing was approved: nobody may approve this plan, as fleet **asia** is not in `pgdist.yaml` any more.',
    );
  await all.cancel({ ...askerIn(actor('ADMIN')), runId: awaiting.id });
  expect((await store.get(awaiting.id))?.state).toBe('cancelled');
  const click = { ...clickOf(actor('ADMIN')), deed: 'retry' } as const;
  expect(await refusal(all.retry(click))).toBe('Database `postgres` is not in the configuration any more.');
});

test('runs are listed where their fleet may be asked for, and of one fleet alone where that is named', async () => {
  const { all, of } = await opened(on('eu', { id: 'r1' }), on('us', { id: 'r2' }), on('asia', { id: 'r3' }));
  const listed = async (runs: typeof all, channel: string): Promise<string[]> =>
    (await runs.list(askerIn(actor('ANNA'), channel), 10)).map(({ id }) => id).toSorted();
  expect(await listed(all, CHANNEL)).toEqual(['r1', 'r2', 'r3']);
  expect(await listed(all, 'C0US')).toEqual(['r2', 'r3']);
  expect(await listed(of('us'), CHANNEL)).toEqual(['r2']);
});

test('with one fleet a run of whatever name is its own: it may have been renamed', async () => {
  const { store } = await opened(on('former'));
  const only = policy('eu', {});
  const around = {
    watches: memoryWatches(),
    preferences: memoryPeople().preferences,
    queue: { add: async () => undefined, report: async () => undefined, has: async () => true },
  };
  const clock = { ...systemClock, now: () => new Date('2026-11-22T14:05:00.000Z') };
  const { all } = createRunsOfFleets({ ...around, store, people: everybody, clock, random: { number: () => 0.5, id: () => 'n' }, log: quietLog }, [
    only,
  ]);
  expect((await all.approve(clickOf(actor('EU')))).state).toBe('applying');
});

test('a lock is of one fleet, and what waits and what was decided is told of each fleet apart and of all together', async () => {
  const [eu, us] = [on('eu'), on('us', { id: 'r2' })];
  const { of, all } = await opened(eu, us);
  const asker = askerIn(actor('EU'));
  await of('eu').lock({ ...asker, database: testDatabase.name, reason: 'a move' });
  expect(await refusal(all.approve(clickOf(actor('EU'), eu)))).toContain('Nothing was approved: `postgres` is locked');
  expect((await all.approve(clickOf(actor('US'), us))).state).toBe('applying');
  const waiting = await all.pending(asker);
  expect(waiting.runs.map(({ run, forYou }) => [run.id, forYou])).toEqual([[eu.id, true]]);
  expect(waiting.locks.map(({ database }) => database)).toEqual(['postgres --fleet eu']);
  expect(await of('us').pending(asker)).toEqual({ runs: [], locks: [] });
  const ids = async (told: Promise<readonly Run[]>): Promise<string[]> => (await told).map(({ id }) => id).toSorted();
  expect(await ids(all.history(asker, 10))).toEqual([eu.id, 'r2']);
  expect(await ids(of('us').history({ ...asker, database: testDatabase.name }, 10))).toEqual(['r2']);
  expect(await refusal(all.unlock({ ...asker, database: testDatabase.name, reason: 'done' }))).toContain('Several fleets have a database `postgres`');
});
