import { cut } from '../domain/cut.ts';
import { UserError } from '../domain/problem.ts';
import { type GivenApproval, move, REJECTION_REASON_LENGTH, type Run } from '../domain/run.ts';
import { inTurn, isBehind, queuedBehind, without } from '../domain/run-moves.ts';
import { countedText } from '../domain/approval-words.ts';
import { approvalsOfPlan, requirementsOfRun, throughOf, verdictOn } from '../domain/approving.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import type { Decision, FromTerminal, Rejecting, TypedRejecting } from '../ports/use-cases.ts';
import { accountsNotKnown, accountsOf } from './accounts.ts';
import { doRunDeed, mayDoRunDeed, type Permit } from './deed.ts';
import { refuseLocked } from './lock-database.ts';
import type { Membership } from './membership.ts';
import { authorise } from './permissions.ts';
import { rewrite, show, wake, type RunDeps } from './use-case.ts';

/**
 * Decided in one atomic write that also takes the fleet, built on the very revision whose state, expiry, causes and digest were compared with
 * who clicked and what was seen; then the apply phase is queued. While another run has the fleet, the approved run is queued behind it, and begins by itself.
 */
export const approveRun = async (deps: RunDeps, decision: Decision | FromTerminal<Decision>): Promise<Run> => {
  const run = await doRunDeed(deps, 'approve', decision, async (permit, trace, membership) => {
    const done = await approved(deps, decision, permit, membership);
    if (done.state === 'awaiting-approval') trace.counted = countedText(deps.config.slack, done);
    return done;
  });
  if (run.state === 'applying') await wake(deps, run);
  await show(deps, run.id);
  return run;
};

/** The run with one more approval: begun where that was the last that was wanted. Two at once are both counted, as each builds on the other's write. */
const approved = async (deps: RunDeps, decision: Decision | FromTerminal<Decision>, permit: Permit, membership: Membership): Promise<Run> => {
  const { by } = decision;
  const { members } = membership;
  const { store, clock, config } = deps;
  for (;;) {
    const found = await permit();
    const { gone, silent } = await accountsOf(
      deps,
      approvalsOfPlan(found).map((other) => other.by),
    );
    if (silent.length > 0) throw accountsNotKnown(silent);
    // Whose account is gone counts as who is no approver any more.
    const run = gone.length === 0 ? found : { ...found, approvals: approvalsOfPlan(found).filter((other) => !gone.includes(other.by.userId)) };
    await refuseLocked(deps, 'Nothing was approved', { kind: run.kind, database: run.database.name });
    // All that was asked since may have taken seconds: the plan expired meanwhile, or a freeze began.
    const now = await membership.knownEnough((known) => {
      const at = clock.now();
      return authorise(config.slack, 'approve', run, decision, at, known) ?? at;
    });
    const through = throughOf(requirementsOfRun(config.slack, run), by.userId, members());
    const given: GivenApproval = { by, at: now.toISOString(), digest: run.plan?.digest ?? '', ...(through.length === 0 ? {} : { through }) };
    const verdict = verdictOn(config.slack, run, by.userId, members(), now);
    if (verdict.kind !== 'counts') throw new Error(`run ${run.id} was permitted to be approved and is ${verdict.kind}`);
    // Whose word does not count any more is not kept beside those whose does.
    const along = approvalsOfPlan(run).filter((other) => verdict.counts.some((count) => count.by.includes(other.by.userId)));
    try {
      if (!verdict.isMet) return await store.save({ ...run, approvals: [...along, given] });
      const { causedBy } = run;
      const expiresAt = new Date(now.getTime() + config.approvalTimeoutMs).toISOString();
      const approval = { ...given, expiresAt, ...(along.length === 0 ? {} : { along }), ...(causedBy === undefined ? {} : { causedBy }) };
      const decided = { ...without(run, 'causedBy', 'approvals', 'remindAt'), approval };
      const before = await lastWaitingForFleet(deps, run);
      const outcome =
        before === undefined
          ? await store.approve({ ...move(decided, 'applying'), phase: 'apply', attempt: run.attempt + 1 })
          : ({ kind: 'fleet-held', holder: before } as const);
      if (outcome.kind === 'approved') return outcome.run;
      return await store.save(queuedBehind(move(decided, 'queued'), 'fleet', outcome.holder, now));
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
};

/** Of those that were approved before and wait for the fleet the one whose turn comes last: nobody goes past them. */
const lastWaitingForFleet = async ({ store, clock }: RunDeps, { id, fleet }: Run): Promise<Run | undefined> =>
  inTurn(await store.toLookAt(clock.now())).findLast(
    (other) => other.id !== id && other.fleet.name === fleet.name && isBehind(other) && other.behind.what === 'fleet',
  );

/** Before the form opens: nobody should write a reason for what cannot be rejected any more. */
export const mayReject = (deps: RunDeps, click: Decision): Promise<void> => mayDoRunDeed(deps, 'reject', click);

/** Stored by comparing and setting the revision whose plan was compared with what was seen. */
export const rejectRun = async (deps: RunDeps, rejecting: Rejecting | FromTerminal<Rejecting> | TypedRejecting): Promise<Run> => {
  const { by, runId } = rejecting;
  const form = 'idempotencyKey' in rejecting ? rejecting.idempotencyKey : rejecting.form;
  const why = cut(rejecting.reason?.trim() ?? '', REJECTION_REASON_LENGTH);
  const reason = why === '' ? {} : { reason: why };
  const run = await doRunDeed(deps, 'reject', rejecting, (permit, trace) => {
    Object.assign(trace, reason);
    return rewrite(deps, permit, (found) => {
      const at = deps.clock.now().toISOString();
      const rejection = { by, at, ...reason, ...(form === undefined ? {} : { form }) };
      return { ...move(found, 'rejected'), rejection, endedAt: at };
    });
  }).catch((error: unknown) => rejectedBefore(deps, { runId, by, form }, error));
  await show(deps, run.id);
  return run;
};

/** The run, if this very form or line rejected it: Slack delivered it twice, perhaps to two processes. Else throws the error. */
const rejectedBefore = async (
  { store }: RunDeps,
  { runId, by, form }: Pick<Rejecting, 'runId' | 'by'> & { readonly form: string | undefined },
  error: unknown,
): Promise<Run> => {
  const run = error instanceof UserError && form !== undefined ? await store.get(runId) : undefined;
  if (run?.rejection !== undefined && run.rejection.form === form && run.rejection.by.userId === by.userId) return run;
  throw error;
};
