import { operatorClient, type OperatorClient } from '../../control/kit.ts';
import { startController } from './controller/index.ts';
import type { KubesliceFaults, KubesliceOptions } from './options.ts';
import { type Injectors, startInjectors } from './injectors.ts';
import { DEPLOYMENT, SLICE, WORKER_NAMESPACE } from './kinds.ts';
import { tunnelsOf } from './tunnels.ts';
import type { AppPod } from './worker/app-pods.ts';
import { sliceDns, type SliceDns } from './worker/dns.ts';
import { startWorker } from './worker/index.ts';

export { kubeslicePrograms } from './programs.ts';
export type { KubesliceFaults, KubesliceOptions } from './options.ts';

export interface Kubeslice {
  readonly faults: KubesliceFaults;
  /** What kubeslice-dns of the cluster answers to an A question: addresses, none for an unknown name, undefined while it does not run. */
  lookup(cluster: string, name: string): readonly string[] | undefined;
  /** ClusterIP of Service kubeslice-dns of the cluster. */
  dnsAddress(cluster: string): string | undefined;
  /** Whether pods of one cluster reach pods of the other through the slice. */
  link(fromCluster: string, toCluster: string): boolean;
  /** The pod's address in the slice; undefined while it has none. */
  sliceAddress(cluster: string, namespace: string, pod: string): Promise<string | undefined>;
  /** Resolves when every connection is closed; ended by the signal. */
  readonly stopped: Promise<void>;
}

interface Spoke {
  readonly spoke: OperatorClient;
  readonly dns: SliceDns;
  readonly injectors: Promise<Injectors>;
}

/** KubeSlice's controller on the hub and its worker on each spoke, as clients of the clusters' APIs; runs until the signal ends it. */
export const startKubeslice = (options: KubesliceOptions): Kubeslice => {
  const { signal, time } = options;
  const onError = (error: unknown): void => {
    if (!signal.aborted) options.onError?.(error);
  };
  const hub = operatorClient(options.hub, 'kubeslice-controller');
  const tunnels = tunnelsOf();
  const faults: KubesliceFaults = { cutTunnel: tunnels.cut, mendTunnel: tunnels.mend, certificatesFail: false };
  const spokes = new Map<string, Spoke>(
    options.spokes.map((connection) => {
      const spoke = operatorClient(connection, 'kubeslice-worker');
      const injectors = startInjectors(spoke, onError, options.webhookAddress);
      return [connection.name, { spoke, injectors, dns: sliceDns(spoke, onError, options.dnsServer?.(connection.name)) }];
    }),
  );
  const around = {
    hub,
    time,
    onError,
    webhookAddress: options.webhookAddress,
    dnsOutside: options.dnsServer !== undefined,
    injectorsOf: async (cluster: string) => (await spokes.get(cluster)?.injectors)?.manifests ?? [],
  };
  /** Clusters whose slice router runs: packets between gateways and pods go through it. */
  const routers = new Set<string>();
  const running = [
    ...[...spokes].map(([cluster, { spoke }]) =>
      spoke.control(
        { ...DEPLOYMENT, namespace: WORKER_NAMESPACE, labelSelector: 'kubeslice.io/pod-type=router' },
        async ({ status }) => void (Number(status?.availableReplicas ?? 0) > 0 ? routers.add(cluster) : routers.delete(cluster)),
        { signal, onError, gone: async () => void routers.delete(cluster) },
      ),
    ),
    startController(around, options.hub.ca, faults, signal),
    ...[...spokes.values()].map(({ spoke, dns }) => startWorker(around, { spoke, dns, tunnels, options })),
    ...[...spokes.values()].map(async ({ injectors }) => (await injectors).follow(signal)),
  ].map((part) => part.catch(onError));
  const stopped = Promise.all(running).then(async () => {
    await Promise.all([
      hub.close(),
      ...[...spokes.values()].flatMap(({ spoke, injectors }) => [spoke.close(), injectors.then((one) => one.close())]),
    ]);
  });
  return {
    faults,
    stopped,
    lookup: (cluster, name) => spokes.get(cluster)?.dns.lookup(name),
    dnsAddress: (cluster) => spokes.get(cluster)?.dns.address,
    link: (from, to) => from === to || ([from, to].every((cluster) => routers.has(cluster)) && tunnels.linked(from, to)),
    async sliceAddress(cluster, namespace, pod) {
      const slices = (await spokes.get(cluster)?.spoke.list({ ...SLICE, namespace: WORKER_NAMESPACE })) ?? [];
      const pods = slices.flatMap(({ status }) => (status?.appPods ?? []) as AppPod[]);
      return pods.find(({ podName, podNamespace }) => podName === pod && podNamespace === namespace)?.nsmIp;
    },
  };
};
