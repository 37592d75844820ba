import { UserError } from '../domain/problem.ts';
import { isTerminal, type Actor, type Run } from '../domain/run.ts';
import { cancelledRun } from '../domain/run-moves.ts';
import { mayHandle } from './permissions.ts';
import { change, knownRun, threadLink, type RunDeps } from './use-case.ts';
import { told } from '../domain/text.ts';

/**
 * At once where no worker holds the run; otherwise the worker is told and ends it. Works from any channel in which commands work: who may
 * cancel is a matter of the person.
 */
export const cancelRun = async (
  deps: RunDeps,
  { runId, by }: { readonly runId: string; readonly by: Actor; readonly channel: string },
): Promise<Run> => {
  const { store, queue, clock, config } = deps;
  const before = await knownRun(deps, runId);
  mayHandle(config.slack, before, by, 'cancel');
  refuseEnded(before);
  await store.requestCancel(runId, by);
  await store.audit({ did: 'cancel', run: runId, by: by.userId, at: clock.now().toISOString() });
  const run = await change(deps, runId, async (found) => {
    if (isTerminal(found.state) || (await store.leased(runId))) return undefined;
    return cancelledRun(found, by, clock.now());
  });
  await queue.report(runId);
  return run;
};

const refuseEnded = (run: Run): void => {
  if (isTerminal(run.state)) throw new UserError(told`Run \`${run.id}\` has ended already: it is ${run.state}.`, threadLink(run));
};
