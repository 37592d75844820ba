import { canonicalJson } from '../../domain/digest.ts';
import type { KubeList, Query } from '../../kube-api/objects.ts';
import type { ClusterClient } from '../../ports/cluster.ts';

interface Flight {
  readonly now: Promise<KubeList>;
  next?: Promise<KubeList>;
}

/**
 * A client whose lists are made once for all who ask at the same time: one change wakes every step that waits for it, which of 16 clusters are 120 tunnels.
 * Who asks is answered by a list that began after that, so that nobody sees less than what woke it.
 */
export const sharedLists = (client: ClusterClient): ClusterClient => {
  const flights = new Map<string, Flight>();
  const begin = (key: string, query: Query): Promise<KubeList> => {
    const flight: Flight = { now: client.list(query) };
    flights.set(key, flight);
    const landed = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.now.then(landed, landed);
    return flight.now;
  };
  return {
    ...client,
    list(query) {
      const key = canonicalJson(query);
      const flight = flights.get(key);
      if (flight === undefined) return begin(key, query);
      const after = (): Promise<KubeList> => begin(key, query);
      flight.next ??= flight.now.then(after, after);
      return flight.next;
    },
  };
};
