import type { Kind, Query } from '../../kube-api/objects.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import { KindMissingError } from '../../ports/cluster-errors.ts';
import { named, oneObject } from './memoised-client.ts';

/** Something that a verdict rests on: a change after the resourceVersion may change the verdict. */
export interface Dependency {
  readonly cluster: ClusterClient;
  readonly query: Query;
  readonly resourceVersion: string;
}

/** A client that writes down what was read through it; a read becomes a list, so that a missing object can be watched for too. */
export const recordingClient = (client: ClusterClient, record: (dependency: Dependency) => void): ClusterClient => {
  const listed = async (query: Query) => {
    const list = await client.list(query);
    record({ cluster: client, query, resourceVersion: list.resourceVersion });
    return list;
  };
  const untilServed = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof KindMissingError) await listed(definitions);
      throw error;
    }
  };
  return {
    ...client,
    list: (query) => untilServed(() => listed(query)),
    read: (ref) => untilServed(async () => named(ref, await listed(oneObject(ref)))),
    async serves(kind: Kind) {
      const served = await client.serves(kind);
      if (!served) await listed(definitions);
      return served;
    },
  };
};

/** A kind that is not served comes with a new definition. */
const definitions: Query = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadataOnly: true };
