import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { clusterNamed } from '../../domain/fleet.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallObserver } from '../../ports/observer.ts';
import { connectCluster, type ConnectedCluster } from './connect-cluster.ts';
import { CredentialPluginError } from '../../kube-api/credential-plugin-error.ts';
import { KubeConfigError } from '../../kube-api/kube-config-error.ts';
import { kubeConfigProblem, pluginProblem } from './failures.ts';
import type { CredentialOptions } from '../../kube-api/credentials.ts';
import { loadKubeConfig } from '../../kube-api/kube-config.ts';

interface OpenClusters {
  /** The cluster's client within limits; connects on first use. Throws ProblemError PGD-001 when the kubeconfig does not lead to it. */
  client(cluster: Cluster, limits: { readonly signal: AbortSignal; readonly timeoutMs: number }): ConnectedCluster;
  /** YAML of a kubeconfig that leads to one cluster of the fleet. */
  kubeconfigOf(name: string): Promise<string>;
  /** PEM of the client certificate that the kubeconfig itself has; undefined: none, or one that a plugin renews. */
  clientCertificate(cluster: Cluster): Promise<string | undefined>;
  close(): Promise<void>;
}

/** One connection pool per context of the kubeconfig, kept for the life of the process. */
export const openClusters = ({
  kubeconfig,
  fleet,
  random,
  clock,
  ...options
}: CredentialOptions & {
  /** Paths as in KUBECONFIG. */
  readonly kubeconfig: string;
  readonly fleet: Fleet;
  readonly random: () => number;
  readonly clock: Clock;
  /** Told of every call when it has ended. */
  readonly heard?: CallObserver;
}): OpenClusters => {
  const connected = new Map<string, ConnectedCluster>();
  const connect = ({ name, context }: Cluster): ConnectedCluster => {
    const key = `${name} ${context}`;
    const open = connected.get(key);
    if (open !== undefined) return open;
    try {
      const client = connectCluster({ name, kubeConfig: loadKubeConfig({ paths: kubeconfig }, context), random, clock, ...options });
      connected.set(key, client);
      return client;
    } catch (error) {
      throw error instanceof KubeConfigError ? kubeConfigProblem(error, name) : error;
    }
  };
  return {
    client: (cluster, limits) => connect(cluster).withLimits(limits),
    clientCertificate: (cluster) => connect(cluster).clientCertificate(),
    async kubeconfigOf(name) {
      try {
        return await connect(clusterNamed(fleet, name)).kubeconfig();
      } catch (error) {
        if (error instanceof CredentialPluginError) throw pluginProblem(error);
        throw error instanceof KubeConfigError ? kubeConfigProblem(error, name) : error;
      }
    },
    async close() {
      await Promise.allSettled([...connected.values()].map((client) => client.close()));
    },
  };
};
