import { cancelRun } from './cancel-run.ts';
import { approveRun, rejectRun } from './decide-run.ts';
import { retryRun } from './retry-run.ts';
import type { Runs } from './runs.ts';
import { startRun } from './start-run.ts';
import type { RunDeps } from './use-case.ts';
import { isWithdrawn } from '../domain/run-moves.ts';

/** The use cases that the bot calls, over the ports. */
export const createRuns = (deps: RunDeps): Runs => ({
  start: (request) => startRun(deps, request),
  approve: (click) => approveRun(deps, click),
  reject: (click) => rejectRun(deps, click),
  retry: (click) => retryRun(deps, click),
  cancel: (request) => cancelRun(deps, request),
  list: async (limit) => (await deps.store.list(limit)).filter((run) => !isWithdrawn(run)),
  get: (id) => deps.store.get(id),
});
