import { mayStart, move, type Run } from '../domain/run.ts';
import { cancelledRun, inTurn, isBehind } from '../domain/run-moves.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import { recordEnd } from '../runs/audit.ts';
import { wake } from '../runs/use-case.ts';
import { takeTurn } from './take-turn.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** Exported for tests. */
export type ReconcileDeps = Pick<WorkerDeps, 'store' | 'queue' | 'schedule' | 'clock' | 'log'>;

const TICK_MS = 1_000;
/** After the end of a lease that may not be renewed: a worker that died is noticed so long after its lease ran out. */
const AFTER_LEASE_MS = 10;

/** Moves stored runs on that nobody works on, until the signal. Every worker does this; comparing and setting lets one of them win. */
export const reconcileRuns = async (deps: ReconcileDeps, signal: AbortSignal): Promise<void> => {
  let failing = false;
  const told = new Set<string>();
  while (!signal.aborted) {
    let pauseMs = TICK_MS;
    try {
      pauseMs = Math.min(TICK_MS, (await reconcileOnce(deps, told)) + AFTER_LEASE_MS);
      failing = false;
    } catch (error) {
      if (!failing) deps.log.warn({ reason: String(error) }, 'reconciler cannot reach the store');
      failing = true;
    }
    await deps.clock.sleep(pauseMs, signal).catch(() => undefined);
  }
};

/**
 * One round of the reconciler, for tests that keep time themselves. `told` holds the runs that failed in the round before: each is told once, and stops
 * no other. Returns the milliseconds after which the next lease is free unless its worker renews it; Infinity when none is held.
 */
export const reconcileOnce = async (deps: ReconcileDeps, told = new Set<string>()): Promise<number> => {
  const { store, queue, schedule, clock, log } = deps;
  let leftMs = Infinity;
  for (const run of inTurn(await store.toLookAt(clock.now()))) {
    try {
      leftMs = Math.min(leftMs, (await reconcile(deps, run)) || Infinity);
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
  return leftMs;
};

/** Milliseconds for which a worker holds the run's lease at least; 0: none does, and the run was moved on if it had to be. */
const reconcile = async (deps: ReconcileDeps, run: Run): Promise<number> => {
  if (run.acceptBy === undefined) {
    const leftMs = await deps.store.leaseLeftMs(run.id);
    if (leftMs > 0) return leftMs;
  }
  await moveOn(deps, run);
  return 0;
};

const moveOn = async (deps: ReconcileDeps, run: Run): Promise<void> => {
  const { store, queue, clock, log } = deps;
  const { id: runId, phase, attempt } = run;
  const now = clock.now();
  if (run.acceptBy !== undefined) {
    if (!mayStart(run, now)) await ended(deps, run, { ...move(run, 'cancelled'), endedAt: now.toISOString() });
    return;
  }
  const cancelledBy = run.state === 'cancelling' ? (run.cancelledBy ?? run.requestedBy) : await store.cancelRequested(runId);
  if (cancelledBy !== undefined) {
    await ended(deps, run, cancelledRun(run, cancelledBy, now));
  } else if (isBehind(run)) {
    await takeTurn(deps, run);
  } else if (run.state === 'awaiting-approval') {
    const at = now.toISOString();
    if (run.planExpiresAt !== undefined && run.planExpiresAt <= at) await ended(deps, run, { ...move(run, 'expired'), endedAt: at });
    else if (run.remindAt !== undefined && run.remindedAt === undefined && run.remindAt <= at) await store.save({ ...run, remindedAt: at });
    else await store.lookLater(run);
  } else if (!(await queue.has({ fleet: run.fleet.name, runId, phase, attempt }))) {
    log.info({ runId, phase, attempt: attempt + 1 }, 'nobody works on the run, queued again');
    await wake(deps, await store.save({ ...run, attempt: attempt + 1 }));
  }
};

const ended = async (deps: ReconcileDeps, before: Run, after: Run): Promise<void> => recordEnd(deps, before, await deps.store.save(after));
