import { isTerminal, type Run } from './run.ts';

const ID = /^dm-([^-]{1,64})-([UW][A-Z0-9]{2,30})$/;

/** What one person is written to directly about one run; under this id it is due for the reporter, as runs are by theirs. */
export const directId = (runId: string, userId: string): string => `dm-${runId}-${userId}`;
export const isDirectId = (id: string): boolean => ID.test(id);
export const directOf = (id: string): { readonly runId: string; readonly userId: string } | undefined => {
  const [, runId, userId] = ID.exec(id) ?? [];
  return runId === undefined || userId === undefined ? undefined : { runId, userId };
};
/** False for who is known to a terminal alone. */
export const isSlackUser = (userId: string): boolean => ID.test(directId('r', userId));

/** Whoever waits longer may have gone to do something else. */
const LONG_MS = 60_000;

/**
 * True where who asked for the run is told of its end: of a deploy always, of what else only when it took long; never of an end that they made
 * themselves.
 */
export const isEndTold = (run: Run): boolean => {
  const { kind, state, requestedBy, requestedAt, endedAt, cancelledBy, rejection } = run;
  if (!isTerminal(state) || endedAt === undefined || run.private === true) return false;
  const endedBy = state === 'cancelled' ? cancelledBy : state === 'rejected' ? rejection?.by : undefined;
  if (endedBy?.userId === requestedBy.userId) return false;
  return kind === 'deploy' || Date.parse(endedAt) - Date.parse(requestedAt) >= LONG_MS;
};

/** Names what people are written to about: as long as it is the same, nobody is looked for anew. */
export const directsKey = ({ state, retries = 0, approvals = [] }: Run): string =>
  `${state}.${retries}${approvals.length === 0 ? '' : `.${approvals.length}`}`;
