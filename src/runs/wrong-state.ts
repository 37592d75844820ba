import { planStanding } from '../domain/plan.ts';
import { timeToken, userToken } from '../domain/problem.ts';
import type { DeedName } from '../domain/deeds.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { phrase, told, type Phrase, type Text } from '../domain/text.ts';
import { asTyped } from '../domain/several-fleets.ts';
import { SLASH } from '../ports/use-cases.ts';
import { howItStands } from './how-it-ended.ts';
import { runUnderWay } from './sentences.ts';

/** Told to whom asks for a deed that the run's state does not allow: how it stands, and who brought that about when. */
export const wrongState = (name: DeedName, run: Run): Text => {
  if (name === 'cancel') return told`Nothing to cancel, it has ended already: ${howItStands(run)}.`;
  if (name === 'retry' || name === 'plan-again') return nothingAgain(run);
  if (name === 'verify-now' || name === 'ask-again' || name === 'plan-repair') return told`${runUnderWay(run)}. Its answer is not there yet.`;
  return alreadyDecided(run);
};

const nothingAgain = (run: Run): Text => {
  const { kind, state, retriedBy } = run;
  if (state === 'succeeded') return told`${howItStands(run)}: there is nothing to do again. \`${SLASH} verify ${asTyped(run)}\` looks at it anew.`;
  if (state === 'rejected') return told`${howItStands(run)}. \`${SLASH} ${kind} ${asTyped(run)}\` makes a new plan.`;
  if (isTerminal(state)) return told`Nothing was done. ${howItStands(run)}. The newest button is at the end of its thread.`;
  const again = retriedBy === undefined ? '' : phrase`, since ${userToken(retriedBy.userId)} had it done again`;
  return told`${runUnderWay(run)}${again}. There is nothing to retry.`;
};

/** Told to a click that comes too late. */
const alreadyDecided = (run: Run): Text => {
  const { state, approval, rejection, endedAt } = run;
  if (state === 'rejected' && rejection !== undefined)
    return told`Already rejected by ${userToken(rejection.by.userId)} at ${timeToken(rejection.at)}${reasonOf(run)}.`;
  if (state === 'expired' && approval !== undefined)
    return told`${howItStands(run)}: it was approved, and its turn did not come in time. Nothing was changed. Plan again to get a new plan.`;
  if (state === 'expired')
    return told`This plan expired at ${timeToken(run.planExpiresAt ?? endedAt ?? run.requestedAt)}. Nothing was changed. Plan again to get a new one.`;
  if (state === 'cancelled') return told`There is nothing to decide any more: ${howItStands(run)}.`;
  if (state === 'superseded')
    return told`This plan no longer fits what is on the clusters${approval === undefined ? '' : phrase` (approved by ${userToken(approval.by.userId)} at ${timeToken(approval.at)})`}. Plan again to get a new one.`;
  if (approval !== undefined) return told`Already approved by ${userToken(approval.by.userId)} at ${timeToken(approval.at)}. ${howItStands(run)}.`;
  if (state !== 'blocked' && run.plan !== undefined && planStanding(run.plan) === 'nothing-to-do')
    return told`There is nothing to approve: everything is in place.`;
  return told`There is nothing to decide: ${howItStands(run)}.`;
};

const reasonOf = ({ rejection }: Run): Phrase | string => (rejection?.reason === undefined ? '' : phrase`: “${rejection.reason}”`);
