import type { Clock } from '../../ports/clock.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import { ClusterFailedError, ClusterUnreachableError, DryRunFailedError, PodUnreachableError } from '../../ports/cluster-errors.ts';
import { abortable } from './abortable.ts';
import { aroundClient, type Call } from './around-client.ts';
import type { CallLimits } from './call-limits.ts';

/** Calls of one cluster that one walk has under way at the same time, at most. Exported for tests. */
export const IN_FLIGHT_PER_CLUSTER = 8;

/** Within what every call stays. Exported for tests. */
export interface Bounds {
  readonly clock: Clock;
  /** Ends every call with its reason, also one that waits for a place. */
  readonly signal: AbortSignal;
  /** Of one call from the moment it has a place; a shorter one of the call's own counts. */
  readonly timeoutMs: number;
  /** True: after one call without an answer no other is tried; for walks that take one shot. */
  readonly oneSilenceIsEnough?: boolean;
}

/**
 * The one layer of limits: calls take turns in a cluster's 8 places, count as 'no answer' after the time-out, and end with the signal. It stands
 * here and not in the adapter because the time is the walk's clock, begins with the place and not in a queue of connections, and ends whatever
 * does not listen to a signal (a credential plugin). `open` gives the client for one call: its signal ends the request itself too.
 */
export const boundedClient = (open: (limits: CallLimits) => ClusterClient, bounds: Bounds): ClusterClient => {
  const { signal, timeoutMs, oneSilenceIsEnough = false } = bounds;
  const place = places(IN_FLIGHT_PER_CLUSTER);
  let silence: Error | undefined;
  const standing = open({ signal, timeoutMs });
  return aroundClient(standing, async (call, facts) => {
    signal.throwIfAborted();
    return place(async () => {
      signal.throwIfAborted();
      if (silence !== undefined) throw silence;
      try {
        return await inTime((limits) => call(open(limits)), facts, { ...bounds, cluster: standing });
      } catch (error) {
        if (oneSilenceIsEnough && (isSilence(error) || error instanceof ProblemError)) silence = error;
        throw error;
      }
    });
  });
};

/** A cluster that answers with an error of its own answers the next question, maybe with more. */
const isSilence = (error: unknown): error is ClusterUnreachableError =>
  error instanceof ClusterUnreachableError && !(error instanceof ClusterFailedError);

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the call ended first');

const inTime = async <T>(
  call: (limits: CallLimits) => Promise<T>,
  { activity, dryRun, throughKubelet, timeoutMs: own = Infinity }: Call,
  { clock, signal, timeoutMs: most, oneSilenceIsEnough = false, cluster }: Bounds & { readonly cluster: ClusterClient },
): Promise<T> => {
  const timeoutMs = Math.min(own, most);
  const end = new AbortController();
  const over = new AbortController();
  const onEnd = (): void => end.abort(signal.reason);
  signal.addEventListener('abort', onEnd, { once: true });
  const Silence = dryRun === true ? DryRunFailedError : throughKubelet === true ? PodUnreachableError : ClusterUnreachableError;
  // An apply tries again what was silent, and a plugin tells its own end.
  clock.sleep(timeoutMs, over.signal).then(
    () =>
      end.abort((oneSilenceIsEnough ? cluster.hindrance : undefined) ?? new Silence(cluster.name, activity, `no answer in ${timeoutMs / 1000} s`)),
    () => undefined,
  );
  try {
    return await abortable(call({ signal: end.signal, timeoutMs }), end.signal);
  } finally {
    signal.removeEventListener('abort', onEnd);
    over.abort(OVER);
  }
};

/** Runs functions, so many at a time, in the order in which they came. */
const places = (count: number) => {
  let free = count;
  const queue: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => void queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};
