import type { Mutable } from '../../../control/kit.ts';
import { CLUSTER, ownedLabels, SECRET, SLICE_CONFIG, VPN_KEY_ROTATION, WORKER_SLICE_CONFIG, WORKER_SLICE_GATEWAY } from '../kinds.ts';
import type { KubesliceFaults, Surroundings } from '../options.ts';
import { addFinalizer, refOf, removeFinalizer } from './finalizers.ts';
import { makeCertificates, makeGateways } from './gateways.ts';
import { firstKeysMade, keepRotation } from './key-rotation.ts';
import type { ControllerSettings } from './settings.ts';
import { clusterSubnet } from './subnets.ts';

const FINALIZER = 'controller.kubeslice.io/slice-configuration-finalizer';

/** Cuts each SliceConfig into what the workers read: one WorkerSliceConfig a cluster, a WorkerSliceGateway for each end of each pair. */
export const controlSliceConfigs = (
  around: Surroundings,
  settings: ControllerSettings,
  faults: KubesliceFaults,
  signal: AbortSignal,
): Promise<void> => {
  const { hub, onError } = around;
  const ownedBy = (slice: Mutable): { namespace: string; labelSelector: string } => ({
    namespace: slice.metadata.namespace ?? '',
    labelSelector: `original-slice-name=${slice.metadata.name}`,
  });

  const remove = async (slice: Mutable): Promise<void> => {
    for (const kind of [WORKER_SLICE_GATEWAY, WORKER_SLICE_CONFIG, SECRET])
      for (const object of await hub.list({ ...kind, ...ownedBy(slice) })) await hub.delete(refOf(object));
    await hub.delete({ ...VPN_KEY_ROTATION, namespace: slice.metadata.namespace ?? '', name: slice.metadata.name });
    await removeFinalizer(hub, slice, FINALIZER);
  };

  const reconcile = async (slice: Mutable): Promise<void> => {
    if (!slice.metadata.namespace?.startsWith(`${settings.projectPrefix}-`)) return;
    if (slice.metadata.deletionTimestamp !== undefined) return remove(slice);
    await addFinalizer(hub, slice, FINALIZER);
    const clusters: string[] = slice.spec?.clusters ?? [];
    const configs = await hub.list({ ...WORKER_SLICE_CONFIG, ...ownedBy(slice) });
    const octets = new Map(configs.map((config) => [String(config.metadata.labels?.['worker-cluster']), Number(config.spec?.octet)]));
    for (const config of configs) if (!clusters.includes(String(config.metadata.labels?.['worker-cluster']))) await hub.delete(refOf(config));
    for (const cluster of clusters) {
      const taken = new Set(octets.values());
      const octet = octets.get(cluster) ?? [...Array(32).keys()].find((candidate) => !taken.has(candidate)) ?? 0;
      octets.set(cluster, octet);
      await makeWorkerSliceConfig(slice, cluster, octet);
    }
    const nodeIps = new Map<string, string[]>();
    for (const name of clusters) nodeIps.set(name, (await hub.get({ ...CLUSTER, namespace: slice.metadata.namespace, name }))?.status?.nodeIPs ?? []);
    await makeGateways(around, slice, { clusters, octets, nodeIps });
    await keepRotation(around, slice);
    await makeCertificates(around, slice, { clusters, rotation: 1 }, faults, signal);
    if (!signal.aborted) await firstKeysMade(around, slice);
  };

  const makeWorkerSliceConfig = async (slice: Mutable, cluster: string, octet: number): Promise<void> => {
    const namespace = slice.metadata.namespace ?? '';
    const { spec } = slice;
    const forCluster = (entries: { namespace: string; clusters?: string[] }[] = []): string[] =>
      entries.filter(({ clusters = [] }) => clusters.includes('*') || clusters.includes(cluster)).map((entry) => entry.namespace);
    await hub.apply({
      ...WORKER_SLICE_CONFIG,
      metadata: { name: `${slice.metadata.name}-${cluster}`, namespace, labels: ownedLabels(slice.metadata.name, cluster, namespace) },
      spec: {
        sliceName: slice.metadata.name,
        sliceSubnet: spec.sliceSubnet,
        clusterSubnetCIDR: clusterSubnet(spec.sliceSubnet, spec.maxClusters ?? 16, octet),
        sliceType: spec.sliceType,
        sliceIpamType: spec.sliceIpamType,
        octet,
        ipamClusterOctet: octet,
        sliceGatewayProvider: {
          sliceCaType: spec.sliceGatewayProvider?.sliceCaType,
          sliceGatewayType: spec.sliceGatewayProvider?.sliceGatewayType,
        },
        ...(spec.qosProfileDetails === undefined ? {} : { qosProfileDetails: spec.qosProfileDetails }),
        namespaceIsolationProfile: {
          isolationEnabled: spec.namespaceIsolationProfile?.isolationEnabled ?? false,
          applicationNamespaces: forCluster(spec.namespaceIsolationProfile?.applicationNamespaces),
          allowedNamespaces: forCluster(spec.namespaceIsolationProfile?.allowedNamespaces),
        },
      },
    });
  };

  return hub.control(SLICE_CONFIG, reconcile, { signal, onError });
};
