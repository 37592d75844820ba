import { expect, test } from 'vitest';
import { depsOf, executeJob } from '../../src/execution/fleet-of-job.ts';
import type { WorkerDeps } from '../../src/execution/worker-deps.ts';
import { testFleet } from '../support/fleet.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { queuedRun } from '../support/stored-run.ts';
import { systemClock } from '../support/system-clock.ts';

const store = memoryStore();
const lease = { epoch: 1, signal: new AbortController().signal, leftMs: () => 1_500, assertHeld: () => undefined, release: async () => undefined };
/** Of a worker on this fleet, what is used before it works on a run. */
const on = (name: string): WorkerDeps =>
  ({
    store,
    leases: { take: async () => lease },
    clock: systemClock,
    log: quietLog,
    watching: { fleet: { ...testFleet, name } },
  }) as unknown as WorkerDeps;

test('a run whose fleet is gone ends with what to do, and its job with it', async () => {
  const run = queuedRun('r1', { fleet: { ...testFleet, name: 'asia' } });
  store.put(run);
  const job = { runId: 'r1', phase: run.phase, attempt: run.attempt };
  expect(await executeJob([on('eu'), on('us')], job, new AbortController().signal)).toBe('ended');
  const after = await store.get('r1');
  expect(after).toMatchObject({ state: 'failed', failure: { problems: [{ code: 'PGD-095' }] } });
  expect(after?.failure?.problems[0]?.evidence).toEqual(['run r1 was asked for on fleet asia; configured are eu, us']);
});

test('a job that is out of date leaves such a run as it is', async () => {
  store.put(queuedRun('r2', { fleet: { ...testFleet, name: 'asia' }, attempt: 2 }));
  await executeJob([on('eu'), on('us')], { runId: 'r2', phase: 'plan', attempt: 1 }, new AbortController().signal);
  expect((await store.get('r2'))?.state).toBe('queued');
});

test('a fleet is found by its name; a single one is every name, as it may have been renamed', () => {
  expect(depsOf([on('eu'), on('us')], 'us')?.watching.fleet.name).toBe('us');
  expect(depsOf([on('eu'), on('us')], 'asia')).toBeUndefined();
  expect(depsOf([on('eu')], 'former')?.watching.fleet.name).toBe('eu');
});
