import type { SimulatedFleet } from './fleet.ts';

/** A pod of a database, as pgdist.yaml places it. */
export interface PlacedPod {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
}

/** What of a fleet has been made by now, as its API servers tell it. */
export interface Present {
  pod(at: PlacedPod): boolean;
  /** Whether both ends of a tunnel have a gateway to the other. */
  tunnel(a: string, b: string): boolean;
  close(): void;
}

/** Follows the databases' pods and the gateways of slices; calls back whenever one comes or goes. Of clusters that cannot be observed all counts as there. */
export const followPresent = (fleet: SimulatedFleet, pods: readonly PlacedPod[], changed: () => void): Present => {
  const present = new Set<string>();
  const named = new Set(pods.map(podKey));
  const stops = [...fleet.apis].map(([cluster, api]) =>
    api.observe({
      change({ group, plural, type, object }) {
        const remote = group === 'networking.kubeslice.io' && plural === 'slicegateways' ? remoteOf(object) : undefined;
        const pod =
          plural === 'pods' && group === '' ? podKey({ cluster, namespace: object.metadata.namespace ?? '', pod: object.metadata.name }) : '';
        const key = remote === undefined ? pod : tunnelKey(cluster, remote);
        if ((remote === undefined && !named.has(key)) || present.has(key) === (type !== 'DELETED')) return;
        if (type === 'DELETED') present.delete(key);
        else present.add(key);
        changed();
      },
    }),
  );
  const observed = fleet.apis.size > 0;
  return {
    pod: (at) => !observed || present.has(podKey(at)),
    tunnel: (a, b) => !observed || (present.has(tunnelKey(a, b)) && present.has(tunnelKey(b, a))),
    close: () => stops.forEach((stop) => stop()),
  };
};

const podKey = ({ cluster, namespace, pod }: PlacedPod): string => `pod ${cluster} ${namespace}/${pod}`;
const tunnelKey = (from: string, to: string): string => `tunnel ${from} ${to}`;

const remoteOf = (gateway: { readonly [field: string]: unknown }): string | undefined =>
  (gateway['status'] as { config?: { sliceGatewayRemoteClusterId?: string } } | undefined)?.config?.sliceGatewayRemoteClusterId;
