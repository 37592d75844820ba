import { expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import type { Absence, WorkersKnown } from '../../src/domain/workers.ts';
import { standInForReporters } from '../../src/execution/stand-in-reporter.ts';
import { manualClock } from '../support/manual-clock.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { awaiting } from './bench.ts';

const NONE: WorkersKnown = { kind: 'none', since: '2026-11-22T13:59:00.000Z', noticedAt: '2026-11-22T13:59:03.000Z' };
const applying: Run = { ...awaiting, state: 'applying', phase: 'apply' };

interface World {
  workers: WorkersKnown;
  leaseLeftMs: number;
  due: readonly string[];
  storeIsAway: boolean;
}

/** A bot that stands in for workers of which `workers` is known. */
const standIn = (runs: readonly Run[], given: Partial<World> = {}) => {
  const clock = manualClock();
  const store = memoryStore();
  for (const run of runs) store.put(run);
  const world: World = { workers: NONE, leaseLeftMs: 0, due: [], storeIsAway: false, ...given };
  const shown: { readonly run: string; readonly absence: Absence | undefined }[] = [];
  const later: string[] = [];
  const stop = new AbortController();
  void standInForReporters(
    {
      store: {
        ...store,
        live: () => (world.storeIsAway ? Promise.reject(new Error('away')) : store.live()),
        leaseLeftMs: async () => world.leaseLeftMs,
      },
      schedule: {
        due: async () => world.due,
        later: async (id) => void later.push(id),
        begin: async () => undefined,
        settled: async (id) => {
          world.due = world.due.filter((other) => other !== id);
          return true;
        },
      },
      leases: {
        take: async () => ({
          epoch: 1,
          signal: new AbortController().signal,
          leftMs: () => 1_500,
          assertHeld: () => undefined,
          release: async () => undefined,
        }),
      },
      thread: {
        async show(run, _waiting, before, _remember, _signal, absence) {
          shown.push({ run: run.id, absence });
          return { shown: before };
        },
      },
      clock,
      log: quietLog,
      workers: () => world.workers,
    },
    stop.signal,
  );
  return { clock, world, shown, later, stop };
};

test('each run that needs a worker is shown once with the absence, and again when it is due', async () => {
  const { clock, world, shown } = standIn([applying, { ...awaiting, id: 'r2' }]);
  await clock.advance(2_000);
  expect(shown).toEqual([{ run: 'r1', absence: NONE }]);
  world.due = ['r2'];
  await clock.advance(400);
  expect(shown.map(({ run }) => run)).toEqual(['r1', 'r2']);
});

test.each(['alive', 'not-known'] as const)('nothing is shown while workers are %s', async (kind) => {
  const { clock, world, shown } = standIn([applying], { workers: { kind }, due: ['r1'] });
  await clock.advance(2_000);
  expect(shown).toEqual([]);
  world.workers = NONE;
  await clock.advance(400);
  expect(shown).toHaveLength(1);
});

test('a run whose lease is still held is in hand as far as is known, and is told of once it is free', async () => {
  const { clock, world, shown } = standIn([applying], { leaseLeftMs: 900, due: ['r1'] });
  await clock.advance(2_000);
  expect(shown).toEqual([]);
  world.leaseLeftMs = 0;
  await clock.advance(400);
  expect(shown).toHaveLength(1);
});

test('a run whose asker was not told yet that it is accepted is left alone', async () => {
  const { clock, shown } = standIn([{ ...applying, state: 'queued', acceptBy: '2026-11-22T14:00:09.000Z' }]);
  await clock.advance(2_000);
  expect(shown).toEqual([]);
});

test('what was told is due for the worker that is alive again, once', async () => {
  const { clock, world, later } = standIn([applying]);
  await clock.advance(400);
  world.workers = { kind: 'alive' };
  await clock.advance(2_000);
  expect(later).toEqual(['r1']);
});

test('a store that is away ends nothing: it goes on once the store answers', async () => {
  const { clock, world, shown } = standIn([applying], { storeIsAway: true });
  await clock.advance(2_000);
  expect(shown).toEqual([]);
  world.storeIsAway = false;
  await clock.advance(400);
  expect(shown).toHaveLength(1);
});
