import { told } from '../domain/text.ts';
import { canonicalJson } from '../domain/digest.ts';
import { UserError } from '../domain/problem.ts';
import { firstPhase, move, type Actor, type Run, type StepOutcome } from '../domain/run.ts';
import { isBehind, withEndedApproval, without } from '../domain/run-moves.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import { planStanding } from '../domain/plan.ts';
import type { FromTerminal, Retrying } from '../ports/use-cases.ts';
import { accountsOf } from './accounts.ts';
import { doRunDeed, type Permit } from './deed.ts';
import { givenWith, stillCounts } from '../domain/approving.ts';
import type { Members } from '../domain/policy.ts';
import { refuseLocked } from './lock-database.ts';
import { askedGroups, NO_GROUPS } from './membership.ts';
import { takingDatabase } from './take-database.ts';
import { show, wake, type RunDeps } from './use-case.ts';

/**
 * Starts the run's first phase again, with the configuration as it is now. The approval of a run that failed is kept while it is valid, its
 * giver is still an approver and the configuration is the same: the plan phase then compares what remains with what was approved. After a
 * cancel there is none to keep. A deploy takes its database in the same write, or is queued behind the run that changes it, as a new one does: then it is
 * planned in its turn, and needs an approval.
 */
export const retryRun = async (deps: RunDeps, click: Retrying | FromTerminal<Retrying>): Promise<Run> => {
  const run = await doRunDeed(deps, click.deed, click, (permit) => requeued(deps, click.by, permit));
  if (!isBehind(run)) await wake(deps, run);
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
    await refuseLocked(deps, 'Nothing was done', { kind: run.kind, database: run.database.name });
    const found = cancel === undefined ? run : withEndedApproval(run, cancel, clock.now().toISOString());
    try {
      const begun = again(deps, found, by, { members: await membersNow(deps, found), stands: await giversStand(deps, found) });
      const taken = await takingDatabase(deps, begun, (wanted) => store.reopen(isBehind(wanted) ? unapproved(wanted) : wanted, cancel));
      if (taken !== undefined) return taken.outcome.run;
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
};

/** Whether those who approved it are members still, by Slack's own word of now. */
const giversStand = async (deps: RunDeps, { approval }: Run): Promise<boolean> => {
  const { gone, silent } = await accountsOf(deps, approval === undefined ? [] : givenWith(approval).map(({ by }) => by));
  return gone.length + silent.length === 0;
};

/** Who is now in the groups by which the approval was given; one that Slack does not tell has nobody in it. */
const membersNow = async ({ groups = NO_GROUPS }: RunDeps, { approval }: Run): Promise<Members> =>
  (await askedGroups(groups, approval === undefined ? [] : givenWith(approval).flatMap((given) => given.through ?? []))).known;

const again = (
  { clock, config }: RunDeps,
  run: Run,
  by: Actor,
  { members, stands }: { readonly members: Members; readonly stands: boolean },
): Run => {
  const database = config.databases.find(({ name }) => name === run.database.name);
  if (database === undefined) throw new UserError(told`Database \`${run.database.name}\` is not in the configuration any more.`);
  const sameConfiguration = canonicalJson([run.fleet, run.database]) === canonicalJson([config.fleet, database]);
  const { approval } = run;
  const keepsApproval = run.state === 'failed' && sameConfiguration && stands && stillCounts(config.slack, run, approval, clock.now(), members);
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
      'frozen',
      'remindAt',
      'remindedAt',
      'begun',
      'behind',
    ),
    fleet: config.fleet,
    database,
    phase: firstPhase(run.kind),
    attempt: run.attempt + 1,
    retries: (run.retries ?? 0) + 1,
    retriedBy: by,
    causedBy: [...(run.causedBy ?? []).filter(({ userId }) => userId !== by.userId), by],
    ...replannedOf(run),
    outcomes: keepsApproval ? endedOnes(run.outcomes) : {},
  };
  return without(keepsApproval ? queued : unapproved(queued), 'approvals');
};

/** What another run does to the same database meanwhile is nothing that its approver saw, so that who waits for it keeps no approval. */
const unapproved = (run: Run): Run => ({ ...without(run, 'approval', 'comparedAt'), outcomes: {} });

/** For the plan that comes: which one it comes after, and whose approvals end with that one. */
const replannedOf = ({ kind, plan, approval, comparedAt, replanned, approvals = [] }: Run): Pick<Run, 'replanned'> => {
  if (kind !== 'deploy' || plan === undefined || planStanding(plan) !== 'changes') return {};
  const given = [...(replanned?.void ?? []), ...approvals, ...(approval === undefined ? [] : givenWith(approval))];
  return {
    replanned: {
      since: plan.plannedAt,
      ...(comparedAt === undefined ? { differences: [] } : {}),
      void: given.filter(({ digest }) => digest === plan.digest).map(({ by, at, digest }) => ({ by, at, digest })),
    },
  };
};

const endedOnes = (outcomes: Run['outcomes']): Record<string, StepOutcome> =>
  Object.fromEntries(Object.entries(outcomes).filter(([, { state }]) => state === 'done' || state === 'in-place'));
