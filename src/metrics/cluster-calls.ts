import { ClusterRefusedError, ClusterUnreachableError } from '../ports/cluster-errors.ts';
import type { CallObserver } from '../ports/observer.ts';
import type { Instruments } from './instruments.ts';

/** Times every call of a cluster of that fleet, and counts those that failed by what it says of the cluster. What is missing, or in conflict, is an answer. */
export const clusterCalls =
  ({ clusterSeconds, clusterFailures }: Pick<Instruments, 'clusterSeconds' | 'clusterFailures'>, fleet: string): CallObserver =>
  ({ cluster, kind, tookMs, error }) => {
    clusterSeconds.observe({ fleet, cluster, kind }, tookMs / 1000);
    const failed = reasonOf(error);
    for (const reason of REASONS) clusterFailures.inc({ fleet, cluster, reason }, reason === failed ? 1 : 0);
  };

const REASONS = ['unreachable', 'refused'] as const;

const reasonOf = (error: unknown): (typeof REASONS)[number] | undefined => {
  if (error instanceof ClusterUnreachableError) return 'unreachable';
  return error instanceof ClusterRefusedError && CREDENTIALS.includes(error.code) ? 'refused' : undefined;
};

/** Unauthorized and Forbidden: what else an API server refuses is about the object. */
const CREDENTIALS: readonly number[] = [401, 403];
