import type { Clock } from '../../ports/clock.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import { ClusterUnreachableError } from '../../ports/cluster-errors.ts';
import { abortable } from './abortable.ts';
import { aroundClient } from './around-client.ts';
import type { CallLimits } from './call-limits.ts';

/** Calls of one cluster that run at the same time at most. */
export const IN_FLIGHT_PER_CLUSTER = 8;

export interface Bounds extends CallLimits {
  readonly clock: Clock;
  /** True: after one call without an answer no other is tried; for walks that take one shot. */
  readonly oneSilenceIsEnough?: boolean;
}

/** A client whose calls end with the signal, take turns in a cluster's 8 places, and count as 'no answer' after the time-out. */
export const boundedClient = (client: ClusterClient, bounds: Bounds): ClusterClient => {
  const { signal, oneSilenceIsEnough = false } = bounds;
  const place = places(IN_FLIGHT_PER_CLUSTER);
  let silence: ClusterUnreachableError | undefined;
  return aroundClient(client, async (call, { activity }) => {
    signal.throwIfAborted();
    return place(async () => {
      signal.throwIfAborted();
      if (silence !== undefined) throw silence;
      try {
        return await inTime(call, activity, client.name, bounds);
      } catch (error) {
        if (oneSilenceIsEnough && error instanceof ClusterUnreachableError) silence = error;
        throw error;
      }
    });
  });
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the call ended first');

const inTime = async <T>(call: () => Promise<T>, activity: string, cluster: string, { clock, signal, timeoutMs }: Bounds): Promise<T> => {
  if (timeoutMs === undefined) return abortable(call(), signal);
  const ended = new AbortController();
  const late = clock.sleep(timeoutMs, ended.signal).then(
    () => Promise.reject(new ClusterUnreachableError(cluster, activity, `no answer in ${timeoutMs / 1000} s`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await abortable(Promise.race([call(), late]), signal);
  } finally {
    ended.abort(OVER);
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
