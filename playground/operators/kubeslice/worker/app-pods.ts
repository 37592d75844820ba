import type { Query } from '../../../../src/kube-api/objects.ts';
import type { Mutable } from '../../../control/kit.ts';
import { dotted, rangeOf } from '../controller/subnets.ts';
import { refOf } from '../controller/finalizers.ts';
import { NAMESPACE, POD, SLICE, WORKER_NAMESPACE } from '../kinds.ts';
import { oneAtATime } from '../serial.ts';
import type { Worker } from './context.ts';

/** What a pod waits for until its sidecar has an address in the slice. */
const CONNECT_MS = 1000;

export interface AppPod {
  readonly podName: string;
  readonly podNamespace: string;
  readonly podIp: string;
  readonly nsmIp: string;
}

/** Gives each running pod of an onboarded namespace an address in the cluster's part of the slice, and tells of them in Slice and WorkerSliceConfig. */
export const connectAppPods = async (worker: Worker, configs: Query): Promise<void> => {
  const { hub, spoke, time, signal, onError } = worker;

  const connect = oneAtATime(async (): Promise<void> => {
    if (!(await time.after(CONNECT_MS, signal))) return;
    for (const config of await hub.list(configs)) {
      const slice = await spoke.get({ ...SLICE, namespace: WORKER_NAMESPACE, name: config.spec.sliceName });
      if (slice === undefined) continue;
      const appPods = await addresses(worker, slice, String(config.spec.clusterSubnetCIDR));
      await spoke.setStatus(refOf(slice), (status) => {
        status.appPods = appPods;
      });
      await hub.setStatus(refOf(config), (status) => {
        status.connectedAppPods = appPods;
      });
    }
  });

  const onChange = { signal, gone: connect, onError };
  await Promise.all([
    spoke.control(POD, connect, onChange),
    spoke.control(NAMESPACE, connect, { signal, onError }),
    spoke.control({ ...SLICE, namespace: WORKER_NAMESPACE }, connect, { signal, onError }),
  ]);
};

/** A pod keeps its address while it lives; a new one gets the lowest that is free. */
const addresses = async ({ spoke, options }: Worker, slice: Mutable, subnet: string): Promise<AppPod[]> => {
  const namespaces = await spoke.list({ ...NAMESPACE, labelSelector: `kubeslice.io/slice=${slice.metadata.name}` });
  const pods: Mutable[] = [];
  for (const { metadata } of namespaces) pods.push(...(await spoke.list({ ...POD, namespace: metadata.name })));
  const before = new Map(((slice.status?.appPods ?? []) as AppPod[]).map((pod) => [`${pod.podNamespace}/${pod.podName}/${pod.podIp}`, pod.nsmIp]));
  const base = rangeOf(subnet)?.first ?? 0;
  const running = pods
    .filter(({ metadata, status }) => status?.phase === 'Running' && metadata.labels?.['kubeslice.io/exclude'] !== 'true')
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.podIP !== undefined)
    .map(({ metadata, status }) => ({ podName: metadata.name, podNamespace: metadata.namespace ?? '', podIp: String(status.podIP) }))
    .map((pod) => ({ ...pod, nsmIp: before.get(`${pod.podNamespace}/${pod.podName}/${pod.podIp}`) }));
  const taken = new Set(running.map(({ nsmIp }) => nsmIp));
  let host = 2;
  const free = (): string => {
    while (taken.has(dotted(base + host))) host += 1;
    const address = dotted(base + host);
    taken.add(address);
    return address;
  };
  return running
    .map((pod) => ({ ...pod, nsmIp: options.podAddresses === 'pod' ? pod.podIp : (pod.nsmIp ?? free()) }))
    .toSorted((a, b) => a.podName.localeCompare(b.podName));
};
