import { isTerminal, mayStart, move, type Run } from '../domain/run.ts';
import { cancelledRun, givenUpRun, isBehind, without } from '../domain/run-moves.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import { LeaseLostError, runLease, type WorkerLease } from '../ports/lease.ts';
import type { PhaseJob } from '../ports/queue.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import { CancelledError, ShutdownError } from '../walk/aborts.ts';
import { executeApply } from './execute-apply.ts';
import { executePlan } from './execute-plan.ts';
import { executeVerify } from './execute-verify.ts';
import { FleetLostError, openExecution, PlanMisfitError, type Execution } from './execution.ts';
import { restoreForgotten } from './forgotten-runs.ts';
import { recordEnd } from '../runs/audit.ts';
import { wake } from '../runs/use-case.ts';
import type { WorkerDeps } from './worker-deps.ts';

/**
 * Works on one job under the run's lease. A job that is out of date, or whose run another worker holds, ends without a trace: the stored run
 * decides. Throws only when the store cannot be reached; the reconciler then queues the run again.
 */
export const executeRun = async (deps: WorkerDeps, job: PhaseJob, stop: AbortSignal): Promise<JobEnd> => {
  if (stop.aborted) return 'hand-back';
  const lease = await deps.leases.take(runLease(job.runId));
  if (lease === undefined) return 'ended';
  let next: Run | undefined;
  try {
    const run = await claim(deps, job);
    if (run === undefined) return 'ended';
    const outcome = await execute(deps, run, lease, stop);
    if (outcome === 'hand-back') return outcome;
    next = outcome;
  } finally {
    await lease.release();
  }
  // Only now: whoever takes the job needs the lease.
  if (next !== undefined) await wake(deps, next);
  return 'ended';
};

/** What ends every worker that takes it up is not tried for ever: it would take the leases of all other runs with it, each time. */
const MOST_BEGINNINGS = 5;

/** The run as this worker now works on it, stored; undefined when there is nothing to do. */
const claim = async (deps: WorkerDeps, { runId, phase, attempt }: PhaseJob): Promise<Run | undefined> => {
  const { store, clock, log } = deps;
  for (;;) {
    const run = await store.get(runId);
    if (run === undefined || isTerminal(run.state) || run.state === 'awaiting-approval' || run.attempt !== attempt || run.phase !== phase)
      return undefined;
    if (isBehind(run)) return undefined;
    const now = clock.now();
    const cancelledBy = run.state === 'cancelling' ? (run.cancelledBy ?? run.requestedBy) : await store.cancelRequested(runId);
    try {
      if (!mayStart(run, now)) {
        await recordEnd(deps, run, await store.save({ ...move(run, 'cancelled'), endedAt: now.toISOString() }));
        return undefined;
      }
      const started: Run = { ...without(run, 'acceptBy'), startedAt: run.startedAt ?? now.toISOString() };
      if (cancelledBy !== undefined) {
        await recordEnd(deps, run, await store.save(cancelledRun(started, cancelledBy, now)));
        return undefined;
      }
      if ((run.begun ?? 0) >= MOST_BEGINNINGS) {
        log.error({ runId, phase, begun: run.begun }, 'run given up, its workers crash or lose its lease');
        await recordEnd(deps, run, await store.save(givenUpRun(started, now)));
        return undefined;
      }
      const begun: Run = { ...started, begun: (run.begun ?? 0) + 1 };
      return await store.save(begun.state === 'queued' ? move(begun, phase === 'plan' ? 'planning' : 'verifying') : begun);
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
};

/** Resolves with the run whose next phase is to be queued, if there is one. */
const execute = async (deps: WorkerDeps, run: Run, lease: WorkerLease, stop: AbortSignal): Promise<Run | 'hand-back' | undefined> => {
  const execution = openExecution(deps, run, lease, stop);
  const { log } = execution.deps;
  await rememberDeploy(deps, run);
  const startedMs = deps.clock.monotonicMs();
  log.info({ phase: run.phase, attempt: run.attempt, epoch: lease.epoch }, 'phase started');
  try {
    const after = await ended(execution, () => PHASES[run.phase](execution));
    if (after === 'hand-back') return after;
    log.info({ phase: run.phase, state: after.state, durationMs: Math.round(deps.clock.monotonicMs() - startedMs) }, 'phase ended');
    if (isTerminal(after.state)) await recordEnd(execution.deps, run, after);
    return isTerminal(after.state) || after.state === 'awaiting-approval' ? undefined : after;
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    log.warn({ phase: run.phase, reason: error.message }, 'lease lost, another worker goes on');
    // Whoever had it since may have cancelled or planned it anew: what this worker knows of it is no longer the truth.
    if (error.wasForgotten) await restoreForgotten(execution.deps, execution.writer.run(), stop);
    return undefined;
  } finally {
    execution.close();
  }
};

/** Alerts about the database stand in the thread of its last deploy. Its plan alone changes nothing, and may be refused. */
const rememberDeploy = async ({ watches, log }: WorkerDeps, { id, kind, phase, fleet, database }: Run): Promise<void> => {
  if (kind !== 'deploy' || phase === 'plan') return;
  await watches.rememberDeploy({ fleet: fleet.name, database: database.name }, id).catch((error: unknown) => {
    log.warn({ runId: id, reason: String(error) }, 'thread of the last deploy not remembered');
  });
};

const PHASES = { plan: executePlan, apply: executeApply, verify: executeVerify } as const;

/** Makes a state of every way in which a phase can end. Rejects with LeaseLostError alone. */
const ended = async ({ deps, lease, writer, shutdown }: Execution, phase: () => Promise<void>): Promise<Run | 'hand-back'> => {
  const at = (): string => deps.clock.now().toISOString();
  try {
    await phase();
  } catch (error) {
    lease.assertHeld();
    if (error instanceof LeaseLostError) throw error;
    if (error instanceof ShutdownError) {
      // Told to stop is not crashed.
      writer.update((run) => ({ ...run, begun: (run.begun ?? 1) - 1 }));
      await writer.flush();
      return 'hand-back';
    }
    if (error instanceof CancelledError) {
      if (shutdown.aborted) deps.log.info({}, 'cancelled while stopping');
      writer.update((run) => cancelledRun(run, error.by, deps.clock.now()));
    } else if (error instanceof PlanMisfitError) {
      const { differences, hasWritten } = error;
      writer.update((run) => {
        const ended = { ...move(run, 'superseded'), differences, endedAt: at() };
        return hasWritten ? ended : without(ended, 'comparedAt');
      });
    } else if (error instanceof FleetLostError) {
      const { problem } = error;
      const failure = {
        stepId: FLEET_STEP,
        stepTitle: 'the fleet is claimed by this pgdist',
        cluster: writer.run().fleet.hub,
        problems: [problem],
        at: at(),
        afterMs: 0,
      };
      writer.update((run) => ({ ...move(run, 'failed'), failure, endedAt: at() }));
    } else {
      deps.log.error({ error }, 'phase ended by a bug');
      writer.update((run) => ({
        ...move(run, 'failed'),
        bug: `This is a bug in pgdist (PGD-099). Its log has the details under run ${run.id}.`,
        endedAt: at(),
      }));
    }
  }
  writer.update((run) => without(run, 'begun'));
  return writer.flush();
};

const FLEET_STEP = 'preflight/fleet-claimed';
