import type { ClusterReader } from '../../ports/cluster.ts';
import { readEvenLeaving } from '../kube/read.ts';
import { manifestWorkSchema } from '../ocm/objects.ts';

export interface WorkSeen {
  /** Sentences about what keeps the object of the work from the spoke or its state from the hub; empty when nothing does. */
  readonly troubles: readonly string[];
  /** Set when it is being deleted: ISO instant at which somebody asked for that. */
  readonly leavingSince?: string;
  /** Set when the spoke's agent reports its objects gone: ISO instant of that report. Feedback keeps its last values meanwhile. */
  readonly unavailableSince?: string;
  /** The spoke's agent cannot return conditions: the gate RawFeedbackJsonString is off there. */
  readonly feedbackMissing: boolean;
}

/** All of them: their namespaces are the clusters' on the hub, which OCM makes. */
export const WORKS = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork', name: '' } as const;

/** KubeDB's ManifestWork for one pod or volume (name: that of the pod; namespace: that of the cluster); undefined while there is none. */
export const databaseWork = async (hub: ClusterReader, cluster: string, name: string): Promise<WorkSeen | undefined> => {
  const ref = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork', namespace: cluster, name };
  const work = await readEvenLeaving(hub, ref, manifestWorkSchema);
  if (work === undefined) return undefined;
  const { deletionTimestamp } = work.metadata;
  const { conditions, resourceStatus } = work.status;
  const each = resourceStatus.manifests.flatMap((manifest) => manifest.conditions);
  const failed = [...each, ...conditions].filter(({ type, status }) => (type === 'Applied' || type === 'StatusFeedbackSynced') && status === 'False');
  const unavailable = conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  return {
    troubles: [
      ...(deletionTimestamp === undefined ? [] : [`ManifestWork ${cluster}/${name} is being deleted since ${deletionTimestamp}`]),
      ...(conditions.length > 0 ? [] : [`ManifestWork ${cluster}/${name}: the work agent of ${cluster} has not taken it up`]),
      ...new Set(failed.map(({ type, reason, message }) => `ManifestWork ${cluster}/${name}: ${type} is False, ${reason}: ${message}`)),
      ...(unavailable === undefined ? [] : [`ManifestWork ${cluster}/${name}: its object is gone from ${cluster} (${unavailable.reason})`]),
    ],
    ...(deletionTimestamp === undefined ? {} : { leavingSince: deletionTimestamp }),
    ...(unavailable?.lastTransitionTime === undefined ? {} : { unavailableSince: unavailable.lastTransitionTime }),
    feedbackMissing: each.some(({ type, status }) => type === 'StatusFeedbackSynced' && status === 'False'),
  };
};
