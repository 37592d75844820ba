import { told } from './text.ts';
import type { Problem } from './problem.ts';
import { isTerminal, move, type Actor, type Approval, type Behind, type Run, type StepOutcome } from './run.ts';

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
export const causesOf = ({ requestedBy, causedBy = [] }: Pick<Run, 'requestedBy' | 'causedBy'>): readonly string[] => [
  ...new Set([requestedBy, ...causedBy].map(({ userId }) => userId)),
];

/** The run as given up: workers began its phase again and again and were gone, or without its lease, before its end. What nobody ended is told as unknown. */
export const givenUpRun = (run: Run, now: Date): Run => {
  const endedAt = now.toISOString();
  const underWay = Object.entries(run.outcomes).flatMap(([id, { state }]) => (state === 'applying' || state === 'waiting' ? [id] : []));
  const outcomes = Object.fromEntries(Object.entries(run.outcomes).map(([id, outcome]) => [id, stopped(outcome, endedAt)]));
  const problem: Problem = {
    code: 'PGD-091',
    what: told`The ${run.phase} phase was given up: ${run.begun ?? 0} times in a row its worker crashed or could not keep its lease`,
    evidence: [
      `${run.begun ?? 0} times in a row a worker took up run ${run.id} and was gone, or lost its lease, before the ${run.phase} phase ended or got one step further`,
      ...(underWay.length === 0 ? [] : [`under way at the last one: ${underWay.slice(0, 5).join(', ')}`]),
    ],
    remedy: told`Look why: the last state of its pod and the last lines of its log before each restart tell of a crash, \`lease lost\` in its log of a worker that had too little CPU or no Redis for seconds. Then press Retry.`,
  };
  const failure = {
    stepId: underWay[0] ?? run.phase,
    stepTitle: `the worker ends the ${run.phase} phase`,
    cluster: run.fleet.hub,
    problems: [problem],
    at: endedAt,
    afterMs: run.startedAt === undefined ? 0 : Math.max(0, now.getTime() - Date.parse(run.startedAt)),
  };
  return { ...without(move(run, 'failed'), 'begun'), failure, endedAt, outcomes };
};

const stopped = (outcome: StepOutcome, endedAt: string): StepOutcome => {
  if (outcome.state === 'checking') return { state: 'pending' };
  return outcome.state === 'applying' || outcome.state === 'waiting' ? { ...outcome, state: 'unknown', endedAt } : outcome;
};

type Looked = Pick<Run, 'state' | 'acceptBy' | 'planExpiresAt' | 'remindAt' | 'remindedAt'>;

/** Instant, milliseconds, at which a live run needs a look of the reconciler although nobody worked on it: 0 is always, as its worker may have died. */
export const lookAtMs = ({ state, acceptBy, planExpiresAt, remindAt, remindedAt }: Looked): number => {
  if (acceptBy !== undefined) return Date.parse(acceptBy);
  if (state !== 'awaiting-approval') return 0;
  const due = [planExpiresAt, remindedAt === undefined ? remindAt : undefined].filter((at) => at !== undefined);
  return Math.min(Number.MAX_SAFE_INTEGER, ...due.map((at) => Date.parse(at)));
};

/** Waits for its turn: nobody works on it, and no job of it is meant. */
export const isBehind = (run: Run): run is Run & { readonly behind: Behind } => run.state === 'queued' && run.behind !== undefined;

/** Waits for the database until another deploy of it has ended. */
export const waitsForDatabase = (run: Run): boolean => isBehind(run) && run.behind.what === 'database';

/** The run with this one before it, in the turn that it has already where it waits for the same. */
export const queuedBehind = (run: Run, what: Behind['what'], holder: Run, now: Date): Run => {
  const { permalink } = holder.thread;
  const since = isBehind(run) && run.behind.what === what ? run.behind.since : now.toISOString();
  return { ...run, behind: { runId: holder.id, what, since, ...(permalink === undefined ? {} : { permalink }) } };
};

/** Runs as they are to be looked at: after all others those that wait for another's end, the longest waiting first. */
export const inTurn = (runs: readonly Run[]): readonly Run[] => {
  const since = (run: Run): string => (isBehind(run) ? run.behind.since : '');
  return runs.toSorted((a, b) => since(a).localeCompare(since(b)));
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
