import type { ReplicationRow } from '../../domain/replication.ts';
import type { Pod } from '../kube/pods.ts';
import type { WorkSeen } from './manifest-work.ts';
import { endedAt } from './pod.ts';
import { byLetters } from '../../domain/words.ts';

/**
 * Since when a replica is gone: the earliest that Kubernetes tells, undefined when neither does. The hub hears of it from the spoke's agent
 * (a work turns Available=False 36 s after its pod was deleted), the spoke keeps the end of a container.
 */
export const missingSince = (work: WorkSeen | undefined, pod: Pod | undefined, cluster: string): ReplicationRow['missingSince'] => {
  const ended = pod === undefined ? undefined : endedAt(pod);
  const known = [
    ...(work?.unavailableSince === undefined ? [] : [{ at: work.unavailableSince, source: 'ManifestWork not Available on the hub' }]),
    ...(ended === undefined ? [] : [{ at: ended, source: `its container ended on ${cluster}` }]),
  ];
  return known.toSorted((a, b) => byLetters(a.at, b.at))[0];
};
