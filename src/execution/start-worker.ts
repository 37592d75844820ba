import type { JobHandlers } from '../ports/job-handlers.ts';
import { anchorAudit } from '../runs/audit.ts';
import { announceWorker } from './announce-worker.ts';
import { depsOf, executeJob, type DepsOfFleets } from './fleet-of-job.ts';
import { watchForLoss } from './forgotten-runs.ts';
import { reconcileRuns } from './reconcile-runs.ts';
import { isAlertId } from '../domain/alert.ts';
import { lookAt } from './look-at.ts';
import { reportAlert } from './report-alert.ts';
import { reportRun } from './report-run.ts';
import { reportToPerson, tellPeople } from './tell-people.ts';
import { watchDatabases } from './watch-databases.ts';

/** What starting gives back. Exported for tests. */
export interface StartedWorker {
  /** Hands back what is under way and resolves when nothing is. */
  stop(): Promise<void>;
}

/** A worker's insides: takes jobs by `listen`, and reconciles until it is stopped. What belongs to no fleet is taken from the first. */
export const startWorker = (fleets: DepsOfFleets, listen: (handlers: JobHandlers) => { close(): Promise<void> }): StartedWorker => {
  const [deps] = fleets;
  const stopping = new AbortController();
  void anchorAudit(deps);
  const announcing = announceWorker(deps, stopping.signal);
  const showing = { ...deps, tellPeople: tellPeople(deps) };
  const workers = listen({
    phase: (job, signal) => executeJob(fleets, job, signal),
    report: (id, signal) => reportToPerson(deps, id, signal) ?? (isAlertId(id) ? reportAlert(deps, id, signal) : reportRun(showing, id, signal)),
    look: (of, signal) => lookAt(depsOf(fleets, of.fleet) ?? deps, of, signal),
  });
  const reconciling = reconcileRuns(deps, stopping.signal);
  const watching = [watchForLoss(deps, stopping.signal), ...fleets.map((each) => watchDatabases(each, stopping.signal))];
  return {
    async stop() {
      stopping.abort(new Error('the worker stops'));
      await Promise.allSettled([workers.close(), reconciling, ...watching, announcing]);
    },
  };
};
