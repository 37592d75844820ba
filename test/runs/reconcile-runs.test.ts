import { expect, test } from 'vitest';
import { reconcileOnce } from '../../src/execution/reconcile-runs.ts';
import type { PhaseJob } from '../../src/ports/queue.ts';
import { manualClock } from '../support/manual-clock.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { queuedRun } from '../support/stored-run.ts';

test('runs that are held are looked at when the first of their leases ends, and what nobody holds is queued again at once', async () => {
  const store = memoryStore();
  const leftMs: Readonly<Record<string, number>> = { r1: 1_200, r2: 700, r3: 0 };
  for (const id of Object.keys(leftMs)) store.put(queuedRun(id, { state: 'applying', phase: 'apply' }));
  store.leaseLeftMs = async (id) => leftMs[id] ?? 0;
  const queued: PhaseJob[] = [];
  const queue = { add: async (job: PhaseJob) => void queued.push(job), report: async () => undefined, has: async () => false };
  const schedule = { begin: async () => undefined, settled: async () => true, later: async () => undefined, due: async () => [] };
  expect(await reconcileOnce({ store, queue, schedule, clock: manualClock(), log: quietLog })).toBe(700);
  expect(queued).toEqual([{ fleet: 'demo', runId: 'r3', phase: 'apply', attempt: 2 }]);
});
