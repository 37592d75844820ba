import { isWithdrawn } from '../domain/run-moves.ts';
import type { UseCases } from '../ports/use-cases.ts';
import { askAgain } from './ask-again.ts';
import { bundleRun } from './bundle-run.ts';
import { cancelRun } from './cancel-run.ts';
import { approveRun, rejectRun } from './decide-run.ts';
import { admitted, doDeed } from './deed.ts';
import { explainRun } from './explain-run.ts';
import { muteDatabase, unmuteDatabase } from './mute-database.ts';
import { retryRun } from './retry-run.ts';
import { startRun } from './start-run.ts';
import { workersOf, type RunDeps } from './use-case.ts';

/** The use cases that the bot calls, over the ports. */
export const createRuns = (deps: RunDeps): UseCases => ({
  admit: (deed, asker) => admitted(deps, deed, asker),
  start: (request) => startRun(deps, request),
  bundle: (request) => bundleRun(deps, request),
  list: (asker, limit) => doDeed(deps, 'runs', asker, async () => (await deps.store.list(limit)).filter((run) => !isWithdrawn(run))),
  audit: (about, limit) => doDeed(deps, 'audit', about, () => deps.store.auditOf(about.runId, limit)),
  approve: (decision) => approveRun(deps, decision),
  reject: (rejecting) => rejectRun(deps, rejecting),
  retry: (click) => retryRun(deps, click),
  cancel: (request) => cancelRun(deps, request),
  mute: (request) => muteDatabase(deps, request),
  unmute: (request) => unmuteDatabase(deps, request),
  askAgain: (question) => askAgain(deps, question),
  explain: (about) => explainRun(deps, about),
  workers: () => workersOf(deps),
});
