import { told } from '../domain/text.ts';
import { canonicalJson } from '../domain/digest.ts';
import { UserError } from '../domain/problem.ts';
import { firstPhase, isTerminal, move, type Actor, type Run, type StepOutcome } from '../domain/run.ts';
import { withEndedApproval, without } from '../domain/run-moves.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import type { FromTerminal, Retrying } from '../ports/use-cases.ts';
import { doRunDeed, type Permit } from './deed.ts';
import { stillCounts } from './permissions.ts';
import { acceptedByOther } from './acceptance.ts';
import { databaseHeld } from './start-run.ts';
import { show, wake, type RunDeps } from './use-case.ts';

/**
 * Starts the run's first phase again, with the configuration as it is now. The approval of a run that failed is kept while it is valid, its
 * giver is still an approver and the configuration is the same: the plan phase then compares what remains with what was approved. After a
 * cancel there is none to keep. A deploy takes its database in the same write, as a new one does.
 */
export const retryRun = async (deps: RunDeps, click: Retrying | FromTerminal<Retrying>): Promise<Run> => {
  const run = await doRunDeed(deps, click.deed, click, (permit) => requeued(deps, click.by, permit));
  await wake(deps, run);
  await show(deps, run.id);
  return run;
};

/**
 * A cancel that the run's end forestalled ends the approval all the same. It is forgotten in the write that went by it: none of two retries misses it,
 * and neither forgets the next one.
 */
const requeued = async (deps: RunDeps, by: Actor, permit: Permit): Promise<Run> => {
  const { store, clock } = deps;
  for (;;) {
    const cancel = await store.cancelRequested((await permit()).id);
    const run = await permit();
    const found = cancel === undefined ? run : withEndedApproval(run, cancel, clock.now().toISOString());
    try {
      const outcome = await store.reopen(again(deps, found, by), cancel);
      if (outcome.kind === 'reopened') return outcome.run;
      const holder = await acceptedByOther(deps, outcome.holder);
      if (holder !== undefined && !isTerminal(holder.state)) throw databaseHeld(holder);
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
};

const again = ({ clock, config }: RunDeps, run: Run, by: Actor): Run => {
  const database = config.databases.find(({ name }) => name === run.database.name);
  if (database === undefined) throw new UserError(told`Database \`${run.database.name}\` is not in the configuration any more.`);
  const sameConfiguration = canonicalJson([run.fleet, run.database]) === canonicalJson([config.fleet, database]);
  const { approval } = run;
  const keepsApproval = run.state === 'failed' && sameConfiguration && stillCounts(config.slack, run, approval, clock.now());
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
