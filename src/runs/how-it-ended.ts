import { timeToken, userToken } from '../domain/problem.ts';
import { isTerminal, type Run, type RunState } from '../domain/run.ts';
import { phrase, type Phrase } from '../domain/text.ts';
import { runUnderWay } from './sentences.ts';

/** 'Run `r7k2` was rejected by @bob at 14:05: “not before the release”'; of a run that has not ended how it stands. Without a full stop. */
export const howItStands = (run: Run): Phrase =>
  isTerminal(run.state) ? phrase`Run \`${run.id}\` ${ended(run)}${at(run)}${why(run)}` : runUnderWay(run);

const ENDED: Readonly<Partial<Record<RunState, string>>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  blocked: 'was blocked',
  rejected: 'was rejected',
  expired: 'expired',
  superseded: 'no longer fitted the clusters',
  cancelled: 'was cancelled',
};

const ended = ({ state, rejection, cancelledBy }: Run): Phrase => {
  const by = state === 'rejected' ? rejection?.by : state === 'cancelled' ? cancelledBy : undefined;
  return phrase`${ENDED[state] ?? state}${by === undefined ? '' : phrase` by ${userToken(by.userId)}`}`;
};

const at = ({ endedAt }: Run): Phrase | string => (endedAt === undefined ? '' : phrase` at ${timeToken(endedAt)}`);

const why = ({ state, rejection }: Run): Phrase | string =>
  state === 'rejected' && rejection?.reason !== undefined ? phrase`: “${rejection.reason}”` : '';
