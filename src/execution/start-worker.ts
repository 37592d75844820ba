import type { PhaseJob } from '../ports/queue.ts';
import { executeRun, type JobEnd } from './execute-run.ts';
import { reconcileRuns } from './reconcile-runs.ts';
import { reportRun } from './report-run.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** What the queue's workers call. */
interface Handlers {
  phase(job: PhaseJob, signal: AbortSignal): Promise<JobEnd>;
  report(runId: string, signal: AbortSignal): Promise<JobEnd>;
}

/** What starting gives back. Exported for tests. */
export interface StartedWorker {
  /** Hands back what is under way and resolves when nothing is. */
  stop(): Promise<void>;
}

/** A worker's insides: takes jobs by `listen`, and reconciles until it is stopped. */
export const startWorker = (deps: WorkerDeps, listen: (handlers: Handlers) => { close(): Promise<void> }): StartedWorker => {
  const stopping = new AbortController();
  const workers = listen({
    phase: (job, signal) => executeRun(deps, job, signal),
    report: (runId, signal) => reportRun(deps, runId, signal),
  });
  const reconciling = reconcileRuns(deps, stopping.signal);
  return {
    async stop() {
      stopping.abort(new Error('the worker stops'));
      await Promise.allSettled([workers.close(), reconciling]);
    },
  };
};
