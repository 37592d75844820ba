import { ClusterRefusedError, ClusterUnreachableError } from '../ports/cluster-errors.ts';
import type { CallObserver } from '../ports/observer.ts';
import type { Instruments } from './instruments.ts';

/** Times every call of a cluster of that fleet, and counts those that failed by what it says of the cluster. What is missing, or in conflict, is an answer. */
export const clusterCalls =
  ({ clusterSeconds, clusterFailures }: Pick<Instruments, 'clusterSeconds' | 'clusterFailures'>, fleet: string): CallObserver =>
  ({ cluster, kind, tookMs, error }) => {
    clusterSeconds.observe({ fleet, cluster, kind }, tookMs / 1000);
    const reason = reasonOf(error);
    if (reason !== undefined) clusterFailures.inc({ fleet, cluster, reason });
  };

const reasonOf = (error: unknown): 'unreachable' | 'refused' | undefined => {
  if (error instanceof ClusterUnreachableError) return 'unreachable';
  return error instanceof ClusterRefusedError && CREDENTIALS.includes(error.code) ? 'refused' : undefined;
};

/** Unauthorized and Forbidden: what else an API server refuses is about the object. */
const CREDENTIALS: readonly number[] = [401, 403];
