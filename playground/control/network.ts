import type { Connection } from './kit.ts';

/**
 * The network between the clusters of a fleet: which advertised address leads to which API server, and who can reach it.
 * Addresses are compared by protocol, host and port.
 */
export interface FleetNetwork {
  /** Makes `url` lead to a cluster's API server. */
  advertise(url: string, connection: Connection): void;
  /** The cluster behind an advertised address; undefined when nothing listens there. */
  resolve(url: string): Connection | undefined;
  /** Whether a pod of `fromCluster` gets a TCP connection to the address. */
  reachable(fromCluster: string, url: string): boolean;
  /** Takes the way from a cluster to one address away, or to all. */
  cut(fromCluster: string, url?: string): void;
  heal(fromCluster: string, url?: string): void;
  /** Calls back after each cut, heal and advertise; returns the way to end that. */
  onChange(listener: () => void): () => void;
  /** Advertised address to loopback address, as clusteradm's stand-in reads it. */
  addresses(): Readonly<Record<string, string>>;
}

const EVERYWHERE = '*';

export const fleetNetwork = (): FleetNetwork => {
  const servers = new Map<string, Connection>();
  const cuts = new Set<string>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const edge = (from: string, url: string | undefined): string => `${from} ${url === undefined ? EVERYWHERE : normalise(url)}`;

  return {
    advertise(url, connection) {
      servers.set(normalise(url), connection);
      changed();
    },
    resolve: (url) => servers.get(normalise(url)),
    reachable: (from, url) => servers.has(normalise(url)) && !cuts.has(edge(from, url)) && !cuts.has(edge(from, undefined)),
    cut(from, url) {
      cuts.add(edge(from, url));
      changed();
    },
    heal(from, url) {
      cuts.delete(edge(from, url));
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addresses: () => Object.fromEntries([...servers].map(([url, connection]) => [url, connection.server])),
  };
};

const normalise = (url: string): string => {
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
};
