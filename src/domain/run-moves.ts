import { isTerminal, move, type Actor, type Approval, type Run, type StepOutcome } from './run.ts';

/**
 * The run as cancelled: what nobody ended is told as unknown. A stop is a stop, whoever asked for it: the approval ends with it, and whoever goes
 * on later needs a new one.
 */
export const cancelledRun = (run: Run, by: Actor, now: Date): Run => {
  const endedAt = now.toISOString();
  const outcomes = Object.fromEntries(Object.entries(run.outcomes).map(([id, outcome]) => [id, stopped(outcome, endedAt)]));
  const stopping = run.state === 'applying' ? move(run, 'cancelling') : run;
  return withEndedApproval({ ...move(stopping, 'cancelled'), cancelledBy: by, endedAt, outcomes }, by, endedAt);
};

/** The run with its approval marked as ended, if it has one that is not. */
export const withEndedApproval = (run: Run, by: Actor, at: string): Run =>
  run.approval === undefined || run.approval.ended !== undefined ? run : { ...run, approval: { ...run.approval, ended: { by, at } } };

/** Users of whose making the present plan is: the requester, then who retried or planned again since the last approval. */
export const causesOf = ({ requestedBy, causedBy = [] }: Run): readonly string[] => [
  ...new Set([requestedBy, ...causedBy].map(({ userId }) => userId)),
];

const stopped = (outcome: StepOutcome, endedAt: string): StepOutcome => {
  if (outcome.state === 'checking') return { state: 'pending' };
  return outcome.state === 'applying' || outcome.state === 'waiting' ? { ...outcome, state: 'unknown', endedAt } : outcome;
};

/** Its asker was told that nothing was accepted: it is shown nowhere. */
export const isWithdrawn = (run: Run): boolean => run.acceptBy !== undefined && isTerminal(run.state);

/** A retry may go on with an approval until it expires or a cancel ends it. */
export const isValid = (approval: Approval | undefined, now: Date): boolean =>
  approval !== undefined && approval.ended === undefined && (approval.expiresAt === undefined || now.toISOString() < approval.expiresAt);

/** `run` without these fields: under exactOptionalPropertyTypes they cannot be set to undefined. */
export const without = <K extends keyof Run>(run: Run, ...fields: readonly K[]): Omit<Run, K> => {
  const rest = { ...run };
  for (const field of fields) delete rest[field];
  return rest;
};
