import { planStanding } from '../domain/plan.ts';
import { timeToken, userToken } from '../domain/problem.ts';
import { phrase, type Phrase, told, type Text } from '../domain/text.ts';
import type { Run } from '../domain/run.ts';

/** 'Run `r7k2` by @alice is deploying `postgres` on fleet demo since 14:02 (step 9 of 31)' */
export const runUnderWay = (run: Run): Phrase => {
  const { id, requestedBy, database, fleet } = run;
  return phrase`Run \`${id}\` by ${userToken(requestedBy.userId)} ${doing(run)} \`${database.name}\` on fleet **${fleet.name}** ${since(run)}`;
};

const doing = ({ state, kind }: Run): string => {
  if (state === 'awaiting-approval') return 'waits for approval to deploy';
  if (state === 'applying') return 'is deploying';
  if (state === 'cancelling') return 'is being cancelled: it was deploying';
  if (state === 'verifying') return 'is verifying';
  return kind === 'deploy' ? 'is planning a deploy of' : `is asking for ${kind} of`;
};

const since = (run: Run): Phrase => {
  const at = run.state === 'applying' ? (run.approval?.at ?? run.requestedAt) : run.requestedAt;
  const steps = run.plan?.steps.length ?? 0;
  if (run.state !== 'applying' || steps === 0) return phrase`since ${timeToken(at)}`;
  const ended = Object.values(run.outcomes).filter(({ state }) => state === 'done' || state === 'in-place').length;
  return phrase`since ${timeToken(at)} (step ${Math.min(steps, ended + 1)} of ${steps})`;
};

/** Told to a click that comes too late. */
export const alreadyDecided = (run: Run): Text => {
  const { state, approval, rejection, cancelledBy, endedAt } = run;
  if (state === 'rejected' && rejection !== undefined)
    return told`Already rejected by ${userToken(rejection.by.userId)} at ${timeToken(rejection.at)}.`;
  if (state === 'expired')
    return told`This plan expired at ${timeToken(run.planExpiresAt ?? endedAt ?? run.requestedAt)}. Nothing was changed. Plan again to get a new one.`;
  if (state === 'cancelled' && cancelledBy !== undefined) return told`Run \`${run.id}\` was cancelled by ${userToken(cancelledBy.userId)}.`;
  if (state === 'superseded') return told`This plan no longer fits what is on the clusters. Nothing was changed. Plan again to get a new one.`;
  if (approval !== undefined) return told`Already approved by ${userToken(approval.by.userId)} at ${timeToken(approval.at)}.`;
  if (run.plan !== undefined && planStanding(run.plan) === 'nothing-to-do') return told`There is nothing to approve: everything is in place.`;
  return told`There is nothing to decide: run \`${run.id}\` is ${state}.`;
};
