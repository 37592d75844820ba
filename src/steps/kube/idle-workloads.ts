import type { ClusterReader } from '../../ports/cluster.ts';
import { deploymentsIn } from './deployments.ts';

/** Names of Deployments of a namespace that somebody scaled to 0, but those that are at 0 by themselves at times. */
export const idleDeployments = async (cluster: ClusterReader, namespace: string, spared: readonly string[]): Promise<string[]> =>
  (await deploymentsIn(cluster, namespace))
    .filter(({ metadata: { name, deletionTimestamp }, spec }) => deletionTimestamp === undefined && spec.replicas === 0 && !spared.includes(name))
    .map(({ metadata }) => metadata.name);
