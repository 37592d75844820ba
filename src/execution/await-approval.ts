import { bounded, RUN_LIMITS } from '../domain/bounded.ts';
import { freezesOf, subjectOf } from '../domain/approving.ts';
import { frozenBefore } from '../domain/freeze.ts';
import type { Plan } from '../domain/plan.ts';
import { differences } from '../domain/plan-differences.ts';
import { move, type Run } from '../domain/run.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** Those who may approve are reminded so long before the plan expires, or after two thirds of its time. */
const REMIND_MS = 10 * 60_000;

/** The run with its plan, as it waits for people: until when, when they are reminded, and what keeps it from being approved meanwhile. */
export const awaitingApproval = (
  { approvals, approvalTimeoutMs }: Pick<WorkerDeps, 'approvals' | 'approvalTimeoutMs'>,
  fresh: Run,
  now: Date,
): Run => {
  const expires = new Date(now.getTime() + approvalTimeoutMs);
  const remind = new Date(expires.getTime() - Math.min(REMIND_MS, approvalTimeoutMs / 3));
  const frozen = fresh.breakGlass === undefined ? frozenBefore(freezesOf(approvals, subjectOf(fresh)), now, expires) : undefined;
  return {
    ...move(fresh, 'awaiting-approval'),
    planExpiresAt: expires.toISOString(),
    remindAt: remind.toISOString(),
    ...(frozen === undefined ? {} : { frozen }),
  };
};

/** What is told of a plan that comes after another one; nothing that the run itself did is told as a difference. */
export const replannedAs = ({ plan: before, replanned }: Run, plan: Plan): Pick<Run, 'replanned'> => {
  if (before === undefined || replanned === undefined) return {};
  if (replanned.differences === undefined) return { replanned };
  return { replanned: { ...replanned, differences: bounded(differences(before, plan), RUN_LIMITS.differences) } };
};
