import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import { connectApiServerBy } from '../../kube-api/api-server.ts';
import { callsWithin, type Limits } from './calls.ts';
import { heardCalls } from './heard-calls.ts';
import type { CallObserver } from '../../ports/observer.ts';
import { credentialsOf, type CredentialOptions } from '../../kube-api/credentials.ts';
import type { OneContext } from '../../kube-api/kube-config.ts';
import { pluginProblem } from './failures.ts';
import { reading } from './reading.ts';
import { requestsOf, type Connection, type Requests } from './requests.ts';
import { discover } from '../../kube-api/resources.ts';
import { unusable } from '../../kube-api/api-error.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import { isShort } from '../../kube-api/objects-in.ts';
import { writing } from './writing.ts';

interface ConnectOptions extends CredentialOptions {
  /** Name in the fleet. */
  readonly name: string;
  /** From loadKubeConfig. */
  readonly kubeConfig: OneContext;
  /** In [0, 1), spreads attempts; default Math.random. */
  readonly random?: () => number;
  /** Of the pauses between the attempts of one call; default the system's. */
  readonly clock?: Pick<Clock, 'monotonicMs' | 'sleep'>;
  /** Told of every call when it has ended; default: nobody is. */
  readonly heard?: CallObserver | undefined;
}

/** One cluster behind one pool of connections. */
export interface ConnectedCluster extends ClusterClient {
  /** The same cluster and connections within these limits. */
  withLimits(limits: Limits): ConnectedCluster;
  /** YAML of a kubeconfig for one call of a tool: this context alone, everything inlined. Holds secrets. */
  kubeconfig(): Promise<string>;
  /** PEM of the client certificate that the kubeconfig itself has; undefined: none, or one that a plugin renews. */
  clientCertificate(): Promise<string | undefined>;
  /** What the API server says that time is, a whole second; undefined where it says nothing. */
  time(): Promise<Date | undefined>;
  /** Name of the user that the API server takes these credentials for. */
  whoAmI(): Promise<string>;
  /** Ends the connections of all clients of this cluster. */
  close(): Promise<void>;
}

/**
 * What limits a walk is its 8 places in each cluster (walk/clients/bounded-client.ts), where the time of a call does not run while it waits. This is only
 * so high that walks side by side do not wait for one another's connections, and that a fault does not open them without end.
 */
const MOST_CONNECTIONS = 128;

const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** Connects on first use, and reads the kubeconfig and the files that it names again when they change. */
export const connectCluster = ({
  name,
  kubeConfig,
  random = Math.random,
  clock = systemClock,
  heard,
  ...options
}: ConnectOptions): ConnectedCluster => {
  const credentials = credentialsOf(kubeConfig, options);
  let connected: Connection | undefined;
  const connection = async (): Promise<Connection> => {
    if (connected === undefined) {
      const api = connectApiServerBy(credentials, { userAgent: 'pgdist', connections: MOST_CONNECTIONS });
      connected = { api, resolve: discover(api) };
    }
    return connected;
  };
  const clientWithin = (limits: Limits): ConnectedCluster => {
    const calls = callsWithin(limits, { random, clock });
    const requestsFor = (kind: 'read' | 'write'): Requests => requestsOf(name, connection, heardCalls(calls, { kind, heard, clock }));
    const requests = requestsFor('read');
    return {
      name,
      get caPem() {
        return credentials.caPem();
      },
      get note() {
        return credentials.note();
      },
      get hindrance() {
        const plugin = credentials.pluginUnderWay();
        return plugin === undefined ? undefined : pluginProblem(plugin);
      },
      ...reading(requests),
      ...writing(requestsFor('write')),
      withLimits: clientWithin,
      kubeconfig: () => credentials.portable(),
      clientCertificate: () => credentials.clientCertificate(),
      whoAmI: () =>
        requests.call('asking who one is', { repeatable: true }, async ({ api }, bounds) => {
          const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
          const review = await api.json<{ status?: { userInfo?: { username?: unknown } } } | null>('POST', REVIEWS, { ...bounds, body });
          const username = review?.status?.userInfo?.username;
          if (!isShort(username, LIMITS.nameLength)) throw unusable('the answer holds no user name');
          return username;
        }),
      time: () => requests.call('asking for the time', { repeatable: true }, ({ api }, bounds) => api.time('/version', bounds)),
      async close() {
        const open = connected;
        connected = undefined;
        await open?.api.close();
      },
    };
  };
  return clientWithin({});
};

/** The same cluster within these limits. Exported for tests. */
export const withLimits = (client: ConnectedCluster, limits: Limits): ConnectedCluster => client.withLimits(limits);

const systemClock: Pick<Clock, 'monotonicMs' | 'sleep'> = {
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};
