import type { Problem } from '../domain/problem.ts';
import { clusterNamed } from '../domain/fleet.ts';
import { move, MOVES, type Actor, type Run } from '../domain/run.ts';
import { LeaseLostError, type WorkerLease } from '../ports/lease.ts';
import { CancelledError, ShutdownError } from '../walk/aborts.ts';
import { createRunWriter, type RunWriter } from './run-writer.ts';
import type { WalkTools } from '../walk/tools.ts';
import type { WorkerDeps } from './worker-deps.ts';
import { plainText } from '../domain/text.ts';

/** The hub's Lease names another installation now. */
export class FleetLostError extends Error {
  override readonly name = 'FleetLostError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(plainText(problem.what));
    this.problem = problem;
  }
}

/** The clusters were found to be others than was approved, right before the first write. */
export class PlanMisfitError extends Error {
  override readonly name = 'PlanMisfitError';
  readonly differences: readonly string[];
  /** False: nothing was written. */
  readonly hasWritten: boolean;
  constructor(differences: readonly string[], hasWritten: boolean) {
    super(differences[0] ?? 'the plan no longer fits');
    this.differences = differences;
    this.hasWritten = hasWritten;
  }
}

/** One phase of one run under way in this worker. */
export interface Execution {
  readonly deps: WorkerDeps;
  readonly lease: WorkerLease;
  readonly writer: RunWriter;
  readonly tools: WalkTools;
  /** Aborts with ShutdownError. */
  readonly shutdown: AbortSignal;
  /** Stores soon how the phase ended; throws the walk's reason when it was ended from outside instead. */
  conclude(change: (run: Run) => Run): void;
  /** Ends the walk with this reason unless it is ending already. */
  end(reason: Error): void;
  /** Stops listening and writing. */
  close(): void;
}

/** A lost message of the cancel channel is made up for by looking at the stored request this often. */
const CANCEL_LOOK_MS = 1_000;

/** Opens a run that was claimed: from now on a cancel, a lost lease or the end of this worker end its walk. */
export const openExecution = (deps: WorkerDeps, run: Run, lease: WorkerLease, stop: AbortSignal): Execution => {
  const { store, clock, cancels, log } = deps;
  const walk = new AbortController();
  const closed = new AbortController();
  const shutdown = new AbortController();
  const end = (reason: Error): void => walk.abort(reason);
  const writer = createRunWriter({ ...deps, lease, run, onLost: end });

  const cancel = (by: Actor): void => {
    if (walk.signal.aborted || closed.signal.aborted || !MOVES[writer.run().state].includes('cancelling')) return;
    writer.update((current) => ({ ...move(current, 'cancelling'), cancelledBy: by }));
    end(new CancelledError(by));
  };
  const lookForCancel = async (): Promise<void> => {
    const by = await store.cancelRequested(run.id).catch(() => undefined);
    if (by !== undefined) cancel(by);
  };
  const keepLooking = async (): Promise<void> => {
    while (!walk.signal.aborted) {
      await clock.sleep(CANCEL_LOOK_MS, closed.signal);
      await lookForCancel();
    }
  };
  const stopListening = cancels.listen(run.id, () => void lookForCancel());
  keepLooking().catch(() => undefined);
  onAbort(lease.signal, closed.signal, () => end(lostLease(lease)));
  onAbort(stop, closed.signal, () => {
    shutdown.abort(new ShutdownError());
    end(new ShutdownError());
  });

  const tools: WalkTools = {
    fleet: run.fleet,
    installation: deps.installation,
    clock,
    random: deps.random,
    signal: walk.signal,
    cluster: (name, limits) => deps.cluster(clusterNamed(run.fleet, name), limits),
    licence: () => deps.licence(),
    toolVersion: (tool, signal) => deps[tool].version(signal),
  };
  return {
    deps: { ...deps, log: log.child({ runId: run.id }) },
    lease,
    writer,
    tools,
    shutdown: shutdown.signal,
    end,
    conclude(change) {
      walk.signal.throwIfAborted();
      writer.update(change);
    },
    close() {
      stopListening();
      writer.close();
      closed.abort();
    },
  };
};

const lostLease = ({ signal }: WorkerLease): LeaseLostError =>
  signal.reason instanceof LeaseLostError ? signal.reason : new LeaseLostError('lease lost');

const onAbort = (signal: AbortSignal, until: AbortSignal, act: () => void): void => {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true, signal: until });
};
