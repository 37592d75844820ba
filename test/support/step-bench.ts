import { createHelm } from '../../src/adapters/cli/helm.ts';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import type { Fleet } from '../../src/domain/fleet.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ApplyContext } from '../../src/steps/context.ts';
import type { KubernetesApi } from '../../playground/kubernetes-api/contract.ts';

/** Real time, for steps against real servers. */
export const realClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

export interface StepBench {
  readonly context: ApplyContext;
  close(): Promise<void>;
}

/** What a step is given, with pgdist's own clients of these clusters and its helm (found on PATH). */
export const stepBench = (
  fleet: Fleet,
  apis: readonly KubernetesApi[],
  options: { readonly licence?: string; readonly now?: () => Date } = {},
): StepBench => {
  const clusters = new Map<string, ConnectedCluster>(
    apis.map((api) => [api.name, connectCluster({ name: api.name, kubeConfig: loadKubeConfig({ text: api.kubeconfig }) })]),
  );
  const cluster = (name: string): ConnectedCluster => {
    const found = clusters.get(name);
    if (found === undefined) throw new Error(`no cluster ${name} on this bench`);
    return found;
  };
  const absent = async (): Promise<never> => {
    throw new Error('this bench has no clusteradm');
  };
  return {
    context: {
      fleet,
      installation: 'bench',
      runId: 'bench',
      clock: { ...realClock, now: options.now ?? realClock.now },
      signal: new AbortController().signal,
      cluster,
      afterCancel: cluster,
      licence: async () => options.licence ?? '',
      toolVersion: async () => undefined,
      helm: createHelm({ kubeconfigOf: async (name) => apis.find((api) => api.name === name)?.kubeconfig ?? '' }),
      clusteradm: { init: absent, join: absent, version: absent },
      progress: () => undefined,
    },
    async close() {
      await Promise.all([...clusters.values()].map((cluster) => cluster.close()));
    },
  };
};
