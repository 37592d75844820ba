import { boundedSteps } from '../domain/bounded.ts';
import { isOfProcedure, planDigest } from '../domain/digest.ts';
import { beyondApproval } from '../domain/plan-differences.ts';
import { estimateOf, longestStage, totalMs } from '../domain/estimate.ts';
import { type Measured, NOTHING_MEASURED } from '../domain/measured.ts';
import { planStanding, type Plan } from '../domain/plan.ts';
import { move, type Run } from '../domain/run.ts';
import { without } from '../domain/run-moves.ts';
import type { Execution } from './execution.ts';
import { lockOf } from './locked.ts';
import { measuredBefore } from './measured-before.ts';
import { stillCounts } from '../domain/approving.ts';
import { awaitingApproval, replannedAs } from './await-approval.ts';
import { declaredNow } from '../walk/declared.ts';
import { planWalk } from '../walk/walk-plan.ts';
import { whileHeld } from './while-held.ts';

/** Plans the run and moves it on: to approval, to its problems, to verify when nothing is to do, or on under an approval that still covers it. */
export const executePlan = async (execution: Execution): Promise<void> => {
  const { deps, writer, conclude } = execution;
  const plan = await planOf(execution, await measuredBefore(deps, writer.run()));
  const run = writer.run();
  const standing = planStanding(plan);
  if (run.kind !== 'plan' && (await lockOf(execution, run)) === undefined && (await goesOn(execution, run, plan))) {
    conclude((current) => next(move(without(current, 'causedBy', 'replanned'), 'applying'), 'apply'));
    return;
  }
  const now = deps.clock.now();
  conclude((current) => {
    const fresh: Run = {
      ...without(current, 'approval', 'approvals', 'comparedAt', 'frozen', 'remindAt', 'remindedAt', 'replanned'),
      plan,
      outcomes: {},
    };
    if (standing === 'blocked') return { ...move(fresh, 'blocked'), endedAt: now.toISOString() };
    if (current.kind === 'plan') return { ...move(fresh, 'succeeded'), endedAt: now.toISOString() };
    if (standing === 'nothing-to-do') return next(move(fresh, 'verifying'), 'verify');
    return awaitingApproval(deps, { ...fresh, ...replannedAs(current, plan) }, now);
  });
};

/** What the clusters call for now. Shows how many facts were looked at. */
export const planOf = async ({ deps, writer, tools }: Execution, measured: Measured = NOTHING_MEASURED): Promise<Plan> => {
  const run = writer.run();
  const { kind, database, fleet } = run;
  const procedure = deps.procedures.deploy(fleet, database);
  const startedAt = deps.clock.now();
  const asking = declaredNow(tools, database);
  const walked = await planWalk(procedure, tools, (stepId) => {
    deps.looked?.(run.id, stepId, startedAt);
    if (writer.outcomeOf(stepId) === undefined) writer.outcome(stepId, { state: 'pending' });
  });
  // Redacted first: half a secret no longer looks like one.
  const steps = boundedSteps(deps.redact(walked)).map((step) => ({ ...step, usualMs: measured.of(step.id) ?? 0 }));
  const longest = longestStage(procedure, steps, measured);
  const estimate = estimateOf(procedure, steps, measured);
  return {
    steps,
    // A plan that nobody is asked about is the one that a deploy would ask about.
    digest: planDigest({ kind: kind === 'plan' ? 'deploy' : kind, database, fleet, procedureVersion: deps.procedures.version }, steps),
    procedureVersion: deps.procedures.version,
    estimateMs: totalMs(estimate.path),
    estimate,
    ...(longest === undefined ? {} : { longest }),
    worthKnowing: deps.procedures.worthKnowing(fleet, database, await asking),
    plannedAt: deps.clock.now().toISOString(),
  };
};

/** True when a retry needs no new approval: the old one is valid and of this procedure, its giver still an approver, it covers what remains, and the fleet is free. */
const goesOn = async ({ deps, lease }: Execution, run: Run, now: Plan): Promise<boolean> => {
  if (run.plan === undefined || run.approval?.digest !== run.plan.digest) return false;
  if (!stillCounts(deps.approvals, run, run.approval, deps.clock.now())) return false;
  if (!isOfProcedure(run.plan, run, deps.procedures.version)) return false;
  if (planStanding(now) !== 'changes' || beyondApproval(run.plan, now).length > 0) return false;
  return (await whileHeld({ lease, clock: deps.clock }, () => deps.store.takeFleet(run))) === undefined;
};

const next = (run: Run, phase: Run['phase']): Run => ({ ...run, phase, attempt: run.attempt + 1 });
