import { type Database, expectedReplicas } from '../../domain/database.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { type Pod, podsIn } from '../kube/pods.ts';

/**
 * Pods of the database on one cluster, by name, as that cluster has them. Found by the names that KubeDB gives, not by labels: the work agent leaves
 * those to the spoke, and a changed work takes them off.
 */
export const databasePods = async (cluster: ClusterReader, database: Database): Promise<Map<string, Pod>> => {
  const expected = new Set(expectedReplicas(database).map(({ pod }) => pod));
  const pods = await podsIn(cluster, { namespace: database.namespace });
  return new Map(pods.filter(({ metadata }) => expected.has(metadata.name)).map((pod) => [pod.metadata.name, pod]));
};

/** When the server of the pod ended, if its container is not running now. */
export const endedAt = ({ status }: Pod): string | undefined => {
  const server = serverIn(status);
  if (server === undefined || server.state.running !== undefined) return undefined;
  return server.state.terminated?.finishedAt ?? server.lastState.terminated?.finishedAt;
};

/** False only where the pod's status says that its server does not run. */
export const serverRuns = ({ status }: Pod): boolean => {
  const server = serverIn(status);
  return server === undefined ? status.phase === 'Running' : server.state.running !== undefined;
};

const serverIn = ({ containerStatuses }: Pod['status']) => containerStatuses.find(({ name }) => name === 'postgres');
