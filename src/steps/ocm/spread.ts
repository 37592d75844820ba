import type { Fleet } from '../../domain/fleet.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { StepContext } from '../context.ts';
import { conditionOf, toldCondition } from '../kube/conditions.ts';
import { present, readObject } from '../kube/read.ts';
import { type ManifestWorkReplicaSet, manifestWorkSchema } from './objects.ts';

export const CLUSTER_ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' } as const;
/** The work that a set makes in the namespace of each cluster that it selects. */
export const spreadWorkRef = (cluster: string, set: string): ObjectRef => ({
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'ManifestWork',
  namespace: cluster,
  name: set,
});

/** The first ClusterRole of the set that is missing on a cluster of the fleet, as the cluster itself has it; undefined when all are everywhere. */
export const firstMissingRole = async (
  context: StepContext,
  fleet: Fleet,
  set: ManifestWorkReplicaSet,
): Promise<{ readonly cluster: string; readonly role: string } | undefined> => {
  const roles = set.spec.manifestWorkTemplate.workload.manifests
    .filter(({ kind }) => kind === CLUSTER_ROLE.kind)
    .map(({ metadata }) => metadata.name);
  const missing = await Promise.all(
    fleet.clusters.map(async ({ name: cluster }) => {
      for (const role of roles)
        if ((await present(context.cluster(cluster), { ...CLUSTER_ROLE, name: role })) === undefined) return { cluster, role };
      return undefined;
    }),
  );
  return missing.find((one) => one !== undefined);
};

/** What the hub tells of the set's work for one cluster. */
export const spreadTold = async (hub: ClusterReader, cluster: string, set: string): Promise<string> => {
  const work = await readObject(hub, spreadWorkRef(cluster, set), manifestWorkSchema);
  const name = `ManifestWork ${cluster}/${set}`;
  if (work === undefined) return `${name} does not exist: ${cluster} is not accepted, or not in a ManagedClusterSet that the Placement selects`;
  const applied = conditionOf(work, 'Applied');
  if (applied === undefined) return `${name}: the work agent of ${cluster} has not taken it up`;
  return `${name}: ${toldCondition(applied)}`;
};
