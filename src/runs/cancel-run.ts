import { isTerminal, type Run } from '../domain/run.ts';
import { cancelledRun } from '../domain/run-moves.ts';
import type { Cancelling } from '../ports/use-cases.ts';
import { doRunDeed } from './deed.ts';
import { rewrite, knownRun, show, type RunDeps } from './use-case.ts';

/**
 * At once where no worker holds the run; otherwise the worker is told and ends it. Typed, it works from any channel in which commands work.
 * Whoever cancels, an approval ends with it (domain/run-moves.ts), also where the run comes to another end before the worker hears of it.
 */
export const cancelRun = async (deps: RunDeps, request: Cancelling): Promise<Run> => {
  const { store, clock } = deps;
  const { runId, by } = request;
  const run = await doRunDeed(deps, 'cancel', request, async (permit) => {
    await permit();
    await store.requestCancel(runId, by);
    return rewrite(
      deps,
      () => knownRun(deps, runId),
      async (found) => (isTerminal(found.state) || (await store.leaseLeftMs(runId)) > 0 ? undefined : cancelledRun(found, by, clock.now())),
    );
  });
  await show(deps, runId);
  return run;
};
