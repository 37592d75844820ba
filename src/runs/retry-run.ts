import { told } from '../domain/text.ts';
import { canonicalJson } from '../domain/digest.ts';
import { UserError } from '../domain/problem.ts';
import { firstPhase, move, type Actor, type Run, type StepOutcome } from '../domain/run.ts';
import { isValid, withEndedApproval, without } from '../domain/run-moves.ts';
import type { Retrying } from '../ports/use-cases.ts';
import { doRunDeed, type Permit } from './deed.ts';
import { stillCounts } from './permissions.ts';
import { refuseSecondDeploy } from './start-run.ts';
import { rewrite, show, wake, type RunDeps } from './use-case.ts';

/**
 * Starts the run's first phase again, with the configuration as it is now. The approval of a run that failed is kept while it is valid, its
 * giver is still an approver and the configuration is the same: the plan phase then compares what remains with what was approved. After a
 * cancel there is none to keep.
 */
export const retryRun = async (deps: RunDeps, click: Retrying): Promise<Run> => {
  const run = await doRunDeed(deps, click.deed, click, async (permit) => {
    const before = await permit();
    if (before.kind === 'deploy') await refuseSecondDeploy(deps, before.database.name, before.id);
    await settleCancel(deps, before.id, permit);
    return rewrite(deps, permit, (found) => again(deps, found, click.by));
  });
  await wake(deps, run);
  await show(deps, run.id);
  return run;
};

/** A cancel that the run's end forestalled ends the approval all the same; stored before the request is forgotten, so that none of two retries misses it. */
const settleCancel = async (deps: RunDeps, id: string, permit: Permit): Promise<void> => {
  const { store, clock } = deps;
  const by = await store.cancelRequested(id);
  if (by === undefined) return;
  await rewrite(deps, permit, (found) => {
    const ended = withEndedApproval(found, by, clock.now().toISOString());
    return ended === found ? undefined : ended;
  });
  await store.clearCancel(id);
};

const again = ({ clock, config }: RunDeps, run: Run, by: Actor): Run => {
  const database = config.databases.find(({ name }) => name === run.database.name);
  if (database === undefined) throw new UserError(told`Database \`${run.database.name}\` is not in the configuration any more.`);
  const sameConfiguration = canonicalJson([run.fleet, run.database]) === canonicalJson([config.fleet, database]);
  const { approval } = run;
  const keepsApproval =
    run.state === 'failed' &&
    sameConfiguration &&
    approval !== undefined &&
    isValid(approval, clock.now()) &&
    stillCounts(config.slack, run, approval);
  const queued: Run = {
    ...without(
      move(run, 'queued'),
      'failure',
      'bug',
      'answer',
      'differences',
      'rejection',
      'cancelledBy',
      'startedAt',
      'endedAt',
      'planExpiresAt',
      'begun',
    ),
    fleet: config.fleet,
    database,
    phase: firstPhase(run.kind),
    attempt: run.attempt + 1,
    retries: (run.retries ?? 0) + 1,
    retriedBy: by,
    causedBy: [...(run.causedBy ?? []).filter(({ userId }) => userId !== by.userId), by],
    outcomes: keepsApproval ? endedOnes(run.outcomes) : {},
  };
  return keepsApproval ? queued : without(queued, 'approval', 'comparedAt');
};

const endedOnes = (outcomes: Run['outcomes']): Record<string, StepOutcome> =>
  Object.fromEntries(Object.entries(outcomes).filter(([, { state }]) => state === 'done' || state === 'in-place'));
