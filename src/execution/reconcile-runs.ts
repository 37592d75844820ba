import { mayStart, move, type Run } from '../domain/run.ts';
import { cancelledRun } from '../domain/run-moves.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import { recordEnd } from '../runs/audit.ts';
import { wake } from '../runs/use-case.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** Exported for tests. */
export type ReconcileDeps = Pick<WorkerDeps, 'store' | 'queue' | 'schedule' | 'clock' | 'log'>;

/** A worker that died is noticed after its lease (3 s) and one tick. */
const TICK_MS = 1_000;

/** Moves stored runs on that nobody works on, until the signal. Every worker does this; comparing and setting lets one of them win. */
export const reconcileRuns = async (deps: ReconcileDeps, signal: AbortSignal): Promise<void> => {
  let failing = false;
  const told = new Set<string>();
  while (!signal.aborted) {
    try {
      await reconcileOnce(deps, told);
      failing = false;
    } catch (error) {
      if (!failing) deps.log.warn({ reason: String(error) }, 'reconciler cannot reach the store');
      failing = true;
    }
    await deps.clock.sleep(TICK_MS, signal).catch(() => undefined);
  }
};

/** One round of the reconciler, for tests that keep time themselves. `told` holds the runs that failed in the round before: each is told once, and stops no other. */
export const reconcileOnce = async (deps: ReconcileDeps, told = new Set<string>()): Promise<void> => {
  const { store, queue, schedule, clock, log } = deps;
  for (const run of await store.toLookAt(clock.now())) {
    try {
      await reconcile(deps, run);
      told.delete(run.id);
    } catch (error) {
      if (error instanceof StaleRevisionError) log.debug({ runId: run.id }, 'run changed while it was looked at');
      else if (!told.has(run.id)) {
        told.add(run.id);
        log.error({ runId: run.id, error }, 'run cannot be moved on');
      }
    }
  }
  for (const runId of await schedule.due(clock.now())) await queue.report(runId);
};

const reconcile = async (deps: ReconcileDeps, run: Run): Promise<void> => {
  const { store, queue, clock, log } = deps;
  const { id: runId, phase, attempt } = run;
  const now = clock.now();
  if (run.acceptBy !== undefined) {
    if (!mayStart(run, now)) await ended(deps, run, { ...move(run, 'cancelled'), endedAt: now.toISOString() });
    return;
  }
  if (await store.leased(runId)) return;
  const cancelledBy = run.state === 'cancelling' ? (run.cancelledBy ?? run.requestedBy) : await store.cancelRequested(runId);
  if (cancelledBy !== undefined) {
    await ended(deps, run, cancelledRun(run, cancelledBy, now));
  } else if (run.state === 'awaiting-approval') {
    if (run.planExpiresAt !== undefined && run.planExpiresAt <= now.toISOString())
      await ended(deps, run, { ...move(run, 'expired'), endedAt: now.toISOString() });
    else await store.lookLater(run);
  } else if (!(await queue.has({ runId, phase, attempt }))) {
    log.info({ runId, phase, attempt: attempt + 1 }, 'nobody works on the run, queued again');
    await wake(deps, await store.save({ ...run, attempt: attempt + 1 }));
  }
};

const ended = async (deps: ReconcileDeps, before: Run, after: Run): Promise<void> => recordEnd(deps, before, await deps.store.save(after));
