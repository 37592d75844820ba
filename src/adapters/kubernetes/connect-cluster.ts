import type { ClusterClient } from '../../ports/cluster.ts';
import { connectApiServer } from '../../kube-api/api-server.ts';
import { callsWithin, type Limits } from './calls.ts';
import { credentialsOf } from '../../kube-api/credentials.ts';
import type { OneContext } from '../../kube-api/kube-config.ts';
import { reading } from './reading.ts';
import { requestsOf, type Connection } from './requests.ts';
import { discover } from '../../kube-api/resources.ts';
import { writing } from './writing.ts';

interface ConnectOptions {
  /** Name in the fleet. */
  readonly name: string;
  /** From loadKubeConfig. */
  readonly kubeConfig: OneContext;
  /** In [0, 1), spreads retries; default Math.random. */
  readonly random?: () => number;
}

/** One cluster behind one pool of connections. */
export interface ConnectedCluster extends ClusterClient {
  /** The same cluster and connections with tighter bounds: the shorter time and both signals count. */
  withLimits(limits: Limits): ConnectedCluster;
  /** YAML of a kubeconfig for one call of a tool: this context alone, everything inlined. Holds secrets. */
  kubeconfig(): Promise<string>;
  /** Ends the connections of all clients of this cluster. */
  close(): Promise<void>;
}

/** Connects on first use. Throws Error when a file that the kubeconfig names cannot be read. */
export const connectCluster = ({ name, kubeConfig, random = Math.random }: ConnectOptions): ConnectedCluster => {
  const credentials = credentialsOf(kubeConfig);
  let connecting: Promise<Connection> | undefined;
  const connect = async (): Promise<Connection> => {
    const api = connectApiServer({ ...(await credentials.options()), userAgent: 'pgdist' });
    return { api, resolve: discover(api) };
  };
  const connection = (): Promise<Connection> => {
    connecting ??= connect().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  const clientWithin = (limits: Limits): ConnectedCluster => {
    const requests = requestsOf(name, connection, callsWithin(limits, random));
    return {
      name,
      caPem: credentials.caPem,
      ...reading(requests),
      ...writing(requests),
      withLimits: (tighter) => clientWithin(both(limits, tighter)),
      kubeconfig: () => credentials.portable(),
      async close() {
        const open = await connecting?.catch(() => undefined);
        connecting = undefined;
        await open?.api.close();
      },
    };
  };
  return clientWithin({});
};

/** The same cluster with tighter bounds on each call. Exported for tests. */
export const withLimits = (client: ConnectedCluster, limits: Limits): ConnectedCluster => client.withLimits(limits);

const both = (a: Limits, b: Limits): Limits => {
  const signals = [a.signal, b.signal].filter((signal) => signal !== undefined);
  const times = [a.timeoutMs, b.timeoutMs].filter((time) => time !== undefined);
  return {
    ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
    ...(times.length > 0 ? { timeoutMs: Math.min(...times) } : {}),
  };
};
