import { isWithdrawn } from '../domain/run-moves.ts';
import type { UseCases } from '../ports/use-cases.ts';
import { askAgain } from './ask-again.ts';
import { bundleRun } from './bundle-run.ts';
import { exportRun } from './export-run.ts';
import { cancelRun } from './cancel-run.ts';
import { approveRun, mayReject, rejectRun } from './decide-run.ts';
import { clickAtHome } from './click-at-home.ts';
import { databasesFor, fleetsIn } from './databases-now.ts';
import { admitted, doDeed } from './deed.ts';
import { explainRun } from './explain-run.ts';
import { visitHome } from './home.ts';
import { lockDatabase, unlockDatabase } from './lock-database.ts';
import { muteDatabase, unmuteDatabase } from './mute-database.ts';
import { notifyPerson } from './notify.ts';
import { historyOf, pendingRuns } from './pending-runs.ts';
import { retryRun } from './retry-run.ts';
import { started } from './sentences.ts';
import { startRun } from './start-run.ts';
import { whatCameOf } from './what-came.ts';
import { readableRun, workersOf, type RunDeps } from './use-case.ts';

/** The use cases that the bot calls, over the ports. */
export const createRuns = (deps: RunDeps): UseCases => ({
  admit: (deed, asker) => admitted(deps, deed, asker),
  databases: (channels, asking) => databasesFor(deps, fleetsIn(deps.everyFleet ?? [deps.config], channels), asking),
  async ofThread(channel, threadTs) {
    const id = await deps.store.ofThread(channel, threadTs);
    return id === undefined ? undefined : readableRun(deps, id);
  },
  start: (request) => startRun(deps, request),
  startTold: async (request) => started(await startRun(deps, request), workersOf(deps)),
  bundle: (request) => bundleRun(deps, request),
  export: (request) => exportRun(deps, request),
  list: (asker, limit) => doDeed(deps, 'runs', asker, async () => (await deps.store.list(limit)).filter((run) => !isWithdrawn(run))),
  audit: (about, limit) => doDeed(deps, 'audit', about, () => deps.store.auditOf(about.runId, limit)),
  mayReject: (click) => mayReject(deps, click),
  isShown: async ({ id, revision }) => ((await deps.store.shown(id))?.stands?.revision ?? -1) >= revision,
  whatCameOf: (asked) => whatCameOf(deps, asked),
  approve: (decision) => approveRun(deps, decision),
  reject: (rejecting) => rejectRun(deps, rejecting),
  retry: (click) => retryRun(deps, click),
  cancel: (request) => cancelRun(deps, request),
  mute: (request) => muteDatabase(deps, request),
  unmute: (request) => unmuteDatabase(deps, request),
  notify: (request) => notifyPerson(deps, request),
  visitHome: (by) => visitHome(deps, by),
  clickAtHome: (click) => clickAtHome(deps, click),
  lock: (request) => lockDatabase(deps, request),
  unlock: (request) => unlockDatabase(deps, request),
  pending: (asker) => pendingRuns(deps, asker),
  history: (asker, limit) => historyOf(deps, asker, limit),
  askAgain: (question) => askAgain(deps, question),
  explain: (about) => explainRun(deps, about),
  workers: () => workersOf(deps),
});
