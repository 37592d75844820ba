import { canonicalJson } from '../domain/digest.ts';
import { UserError } from '../domain/problem.ts';
import { firstPhase, move, MOVES, type Run, type StepOutcome } from '../domain/run.ts';
import { isValid, without } from '../domain/run-moves.ts';
import { clickedInPlace, mayHandle } from './permissions.ts';
import type { Click } from './runs.ts';
import { runUnderWay } from './sentences.ts';
import { refuseSecondDeploy } from './start-run.ts';
import { change, knownRun, threadLink, wake, type RunDeps } from './use-case.ts';
import { told, type Text } from '../domain/text.ts';

/**
 * Starts the run's first phase again, with the configuration as it is now. An approval of a run that failed or was cancelled is kept while it
 * is valid and the configuration is the same: the plan phase then compares what remains with what was approved.
 */
export const retryRun = async (deps: RunDeps, click: Click): Promise<Run> => {
  const { store, queue, clock, config } = deps;
  const before = await knownRun(deps, click.runId);
  await clickedInPlace(store, before, click);
  mayHandle(config.slack, before, click.by, 'retry');
  if (before.kind === 'deploy') await refuseSecondDeploy(deps, before.database.name, before.id);
  const run = await change(deps, before.id, async (found) => {
    if (!MOVES[found.state].includes('queued')) throw new UserError(refusal(found), threadLink(found));
    await store.clearCancel(found.id);
    return again(deps, found, click);
  });
  await store.audit({ did: 'retry', run: run.id, by: click.by.userId, at: clock.now().toISOString() });
  await wake(deps, run);
  await queue.report(run.id);
  return run;
};

const refusal = (run: Run): Text => {
  if (run.state === 'succeeded')
    return told`Run \`${run.id}\` succeeded: there is nothing to do again. \`/pgdist verify ${run.database.name}\` looks at it anew.`;
  if (run.state === 'rejected')
    return told`The plan of run \`${run.id}\` was rejected. \`/pgdist ${run.kind} ${run.database.name}\` makes a new one.`;
  return told`${runUnderWay(run)}. There is nothing to retry.`;
};

const again = ({ clock, config }: RunDeps, run: Run, { by }: Click): Run => {
  const database = config.databases.find(({ name }) => name === run.database.name);
  if (database === undefined) throw new UserError(told`Database \`${run.database.name}\` is not in the configuration any more.`);
  const sameConfiguration = canonicalJson([run.fleet, run.database]) === canonicalJson([config.fleet, database]);
  const stopped = run.state === 'failed' || run.state === 'cancelled';
  const keepsApproval = stopped && sameConfiguration && isValid(run.approval, clock.now());
  const queued: Run = {
    ...without(move(run, 'queued'), 'failure', 'bug', 'answer', 'differences', 'rejection', 'cancelledBy', 'startedAt', 'endedAt', 'planExpiresAt'),
    fleet: config.fleet,
    database,
    phase: firstPhase(run.kind),
    attempt: run.attempt + 1,
    retries: (run.retries ?? 0) + 1,
    retriedBy: by,
    outcomes: keepsApproval ? endedOnes(run.outcomes) : {},
  };
  return keepsApproval ? queued : without(queued, 'approval', 'comparedAt');
};

const endedOnes = (outcomes: Run['outcomes']): Record<string, StepOutcome> =>
  Object.fromEntries(Object.entries(outcomes).filter(([, { state }]) => state === 'done' || state === 'in-place'));
