import type { ClusterClient } from '../../ports/cluster.ts';

export type ClientOf = (name: string) => ClusterClient;

/** One client per cluster and walk, so that all its steps share places and memory. */
export const eachCluster = (wrap: ClientOf): ClientOf => {
  const clients = new Map<string, ClusterClient>();
  return (name) => {
    const client = clients.get(name) ?? wrap(name);
    clients.set(name, client);
    return client;
  };
};
