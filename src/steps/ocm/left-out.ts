import type { Fleet } from '../../domain/fleet.ts';
import { byTyping, type Problem } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { readIfServed } from '../kube/read.ts';
import { type ManagedCluster, manifestWorkSchema } from './objects.ts';
import { spreadWorkRef } from './spread.ts';

/** Spread by KubeSlice's chart to every cluster that a Placement selects. */
const SPREAD = 'kubeslice-agent';
export const spreadWork = (cluster: string) => spreadWorkRef(cluster, SPREAD);

/** Taints of OCM itself, of a cluster that it has lost: that is told by its conditions. */
const OWN = 'cluster.open-cluster-management.io/';

/** Somebody tainted the cluster on the hub, and what every cluster gets is not there for it. A taint that Placements tolerate does no harm. */
export const leftOut = async (hub: ClusterReader, { spec }: ManagedCluster, fleet: Fleet, name: string): Promise<Problem | undefined> => {
  const taints = spec.taints.filter(({ key, effect }) => effect === 'NoSelect' && !key.startsWith(OWN));
  if (taints.length === 0 || (await readIfServed(hub, spreadWork(name), manifestWorkSchema)) !== undefined) return undefined;
  return {
    code: 'PGD-023',
    what: told`${name} is tainted on ${fleet.hub}, so that Placements leave it out`,
    evidence: [
      ...taints.map(({ key, effect }) => `ManagedCluster ${name} has taint ${key}:${effect}`),
      `ManifestWork ${name}/${SPREAD}, which every selected cluster has, does not exist`,
    ],
    ...byTyping(
      told`Ask who tainted it and why: what OCM had spread to ${name} was taken away, and the pods there run on. Then take the taint off; what is missing comes back by itself:`,
      kubectlOn(fleet.hub, `patch managedcluster ${name} --type=merge -p '{"spec":{"taints":null}}'`),
    ),
  };
};
