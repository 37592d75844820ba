import type { Mutable } from '../../../control/kit.ts';
import { refOf } from '../controller/finalizers.ts';
import { DEPLOYMENT, NAMESPACE, POD, SERVICE, SLICE, SLICE_GATEWAY, WORKER_NAMESPACE, WORKER_SLICE_CONFIG } from '../kinds.ts';
import { oneAtATime } from '../serial.ts';
import { connectAppPods } from './app-pods.ts';
import { HEALTH_MS } from './cluster-status.ts';
import type { Worker } from './context.ts';
import { isUp } from './tunnel-status.ts';

/** The Slice appears on the spoke at most 2 s after the SliceConfig; deboarding takes as long. */
const SLICE_MS = 1000;

/** Makes the hub's WorkerSliceConfigs real on the spoke: Slice, namespaces, router; and reports health and connected pods. */
export const runSlices = async (worker: Worker): Promise<void> => {
  const { hub, spoke, time, cluster, projectNamespace, signal, onError } = worker;
  const mine = { ...WORKER_SLICE_CONFIG, namespace: projectNamespace, labelSelector: `worker-cluster=${cluster}` };

  const serve = async (config: Mutable): Promise<void> => {
    const slice = String(config.spec.sliceName);
    const namespaces: string[] = config.spec.namespaceIsolationProfile?.applicationNamespaces ?? [];
    if (!(await time.after(SLICE_MS, signal))) return;
    await spoke.create({ ...SLICE, metadata: { name: slice, namespace: WORKER_NAMESPACE }, spec: {} });
    const dnsService = await spoke.get({ ...SERVICE, namespace: WORKER_NAMESPACE, name: 'kubeslice-dns' });
    await spoke.setStatus({ ...SLICE, namespace: WORKER_NAMESPACE, name: slice }, (status) => {
      if (dnsService?.spec?.clusterIP !== undefined) status.dnsIP = dnsService.spec.clusterIP;
      status.applicationNamespaces = namespaces;
      status.networkPoliciesInstalled ??= false;
      status.sliceConfig = {
        sliceDisplayName: slice,
        sliceId: slice,
        sliceType: config.spec.sliceType,
        sliceSubnet: config.spec.sliceSubnet,
        clusterSubnetCIDR: config.spec.clusterSubnetCIDR,
        namespaceIsolationProfile: config.spec.namespaceIsolationProfile,
      };
    });
    await board(slice, namespaces);
    await hub.setStatus(refOf(config), (status) => {
      status.onboardedAppNamespaces = namespaces.map((name) => ({ name }));
    });
    await makeRouter(worker, slice);
    await reportHealth();
  };

  const board = async (slice: string, namespaces: readonly string[]): Promise<void> => {
    for (const name of namespaces)
      await spoke.apply({ ...NAMESPACE, metadata: { name, labels: { 'kubeslice.io/slice': slice, 'kubeslice.io/inject': 'true' } } });
    for (const { metadata } of await spoke.list({ ...NAMESPACE, labelSelector: `kubeslice.io/slice=${slice}` }))
      if (!namespaces.includes(metadata.name))
        await spoke.merge(
          { ...NAMESPACE, name: metadata.name },
          { metadata: { labels: { 'kubeslice.io/slice': null, 'kubeslice.io/inject': null } } },
        );
  };

  const reportHealth = oneAtATime(async (): Promise<void> => {
    const configs = await hub.list(mine);
    for (const config of configs) {
      const components = await sliceComponents(worker, String(config.spec.sliceName));
      await hub.setStatus(refOf(config), (status) => {
        status.sliceHealth = {
          sliceHealthStatus: Object.values(components).every((health) => health === 'Normal') ? 'Normal' : 'Warning',
          lastUpdated: `${new Date().toISOString().slice(0, 19)}Z`,
          componentStatuses: Object.entries(components).map(([component, componentHealthStatus]) => ({ component, componentHealthStatus })),
        };
      });
    }
  });

  const tick = async (): Promise<void> => {
    while (await time.after(HEALTH_MS, signal)) await reportHealth().catch(onError);
  };

  await Promise.all([
    hub.control(mine, onlyWhenSpecChanged(serve), { signal, gone: (config) => leave(worker, String(config.spec.sliceName)), onError }),
    connectAppPods(worker, mine),
    tick(),
  ]);
};

/** Skips the events that come from writing the status of the same object. */
const onlyWhenSpecChanged = (reconcile: (object: Mutable) => Promise<void>): ((object: Mutable) => Promise<void>) => {
  const done = new Map<string, string>();
  return async (object) => {
    const key = object.metadata.uid ?? object.metadata.name;
    const spec = JSON.stringify(object.spec);
    if (done.get(key) === spec) return;
    await reconcile(object);
    done.set(key, spec);
  };
};

const makeRouter = async ({ spoke }: Worker, slice: string): Promise<void> => {
  const name = `vl3-slice-router-${slice}`;
  const labels = { 'kubeslice.io/pod-type': 'router', 'kubeslice.io/slice': slice, 'networkservicemesh.io/app': `vl3-nse-${slice}` };
  await spoke.create({
    ...DEPLOYMENT,
    metadata: { name, namespace: WORKER_NAMESPACE, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { 'kubeslice.io/node-type': 'gateway' },
          containers: [
            { name: 'vl3-nse', image: 'ghcr.io/kube-slice/cmd-nse-vl3:1.0.8' },
            { name: 'kubeslice-router-sidecar', image: 'ghcr.io/kube-slice/router-sidecar:1.4.7' },
          ],
        },
      },
    },
  });
  await spoke.create({
    ...SERVICE,
    metadata: { name, namespace: WORKER_NAMESPACE, labels },
    spec: { selector: labels, ports: [{ name: 'grpc', port: 5000, targetPort: 5000, protocol: 'TCP' }] },
  });
};

/** `gateway-tunnel` is there only when the cluster has a SliceGateway. */
const sliceComponents = async ({ spoke }: Worker, slice: string): Promise<Record<string, string>> => {
  const running = async (labelSelector: string): Promise<string> => {
    const pods = await spoke.list({ ...POD, namespace: WORKER_NAMESPACE, labelSelector });
    return pods.some(({ status }) => status?.phase === 'Running') ? 'Normal' : 'Error';
  };
  const gateways = (await spoke.list({ ...SLICE_GATEWAY, namespace: WORKER_NAMESPACE })).filter(({ spec }) => spec?.sliceName === slice);
  const up = gateways.flatMap(({ status }) => (status?.gatewayPodStatus ?? []) as unknown[]).filter(isUp).length;
  const tunnel = up >= gateways.length * 2 ? 'Normal' : up > 0 ? 'Warning' : 'Error';
  return {
    dns: await running('app=kubeslice-dns'),
    'slice-router': await running(`kubeslice.io/pod-type=router,kubeslice.io/slice=${slice}`),
    ...(gateways.length === 0
      ? {}
      : { 'slice-gateway': await running(`kubeslice.io/pod-type=slicegateway,kubeslice.io/slice=${slice}`), 'gateway-tunnel': tunnel }),
  };
};

const leave = async ({ spoke }: Worker, slice: string): Promise<void> => {
  const name = `vl3-slice-router-${slice}`;
  await spoke.delete({ ...DEPLOYMENT, namespace: WORKER_NAMESPACE, name });
  await spoke.delete({ ...SERVICE, namespace: WORKER_NAMESPACE, name });
  await spoke.delete({ ...SLICE, namespace: WORKER_NAMESPACE, name: slice });
  for (const { metadata } of await spoke.list({ ...NAMESPACE, labelSelector: `kubeslice.io/slice=${slice}` }))
    await spoke.merge({ ...NAMESPACE, name: metadata.name }, { metadata: { labels: { 'kubeslice.io/slice': null, 'kubeslice.io/inject': null } } });
};
