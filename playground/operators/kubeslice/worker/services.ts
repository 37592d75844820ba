import type { Mutable } from '../../../control/kit.ts';
import { refOf } from '../controller/finalizers.ts';
import { POD, SERVICE_EXPORT, SERVICE_EXPORT_CONFIG, SERVICE_IMPORT, SLICE, WORKER_NAMESPACE, WORKER_SERVICE_IMPORT } from '../kinds.ts';
import { oneAtATime } from '../serial.ts';
import type { AppPod } from './app-pods.ts';
import type { Worker } from './context.ts';

const ZONE = 'svc.slice.local';

/** Tells the hub what this cluster exports, and the cluster what the slice imports. */
export const exchangeServices = async (worker: Worker): Promise<void> => {
  const { hub, spoke, cluster, projectNamespace, signal, onError } = worker;
  const exported = { ...SERVICE_EXPORT_CONFIG, namespace: projectNamespace, labelSelector: `worker-cluster=${cluster}` };
  const imported = { ...WORKER_SERVICE_IMPORT, namespace: projectNamespace, labelSelector: `worker-cluster=${cluster}` };

  const exportAll = oneAtATime(async (): Promise<void> => {
    const wanted = new Set<string>();
    for (const object of await spoke.list(SERVICE_EXPORT)) wanted.add(await exportOne(worker, object));
    for (const object of await hub.list(exported)) if (!wanted.has(object.metadata.name)) await hub.delete(refOf(object));
  });
  const exportPods = async ({ metadata }: Mutable): Promise<void> => (metadata.namespace === WORKER_NAMESPACE ? undefined : exportAll());
  const importAll = oneAtATime(async (): Promise<void> => {
    const wanted = new Set<string>();
    for (const object of await hub.list(imported)) wanted.add(await importOne(worker, object));
    for (const object of await spoke.list(SERVICE_IMPORT))
      if (!wanted.has(`${object.metadata.namespace}/${object.metadata.name}`)) await spoke.delete(refOf(object));
  });

  await Promise.all([
    spoke.control(SERVICE_EXPORT, exportAll, { signal, gone: exportAll, onError }),
    spoke.control({ ...SLICE, namespace: WORKER_NAMESPACE }, exportAll, { signal, gone: exportAll, onError }),
    spoke.control(POD, exportPods, { signal, gone: exportPods, onError }),
    hub.control(imported, importAll, { signal, gone: importAll, onError }),
  ]);
};

const exportOne = async ({ hub, spoke, cluster, projectNamespace }: Worker, object: Mutable): Promise<string> => {
  const { name, namespace = '' } = object.metadata;
  const { spec } = object;
  const slice = await spoke.get({ ...SLICE, namespace: WORKER_NAMESPACE, name: spec.slice });
  const appPods = ((slice?.status?.appPods ?? []) as AppPod[]).filter(({ podNamespace }) => podNamespace === namespace);
  const selector = Object.entries(spec.selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const matching = new Set((await spoke.list({ ...POD, namespace, labelSelector: selector })).map(({ metadata }) => metadata.name));
  const pods = appPods
    .filter(({ podName }) => matching.has(podName))
    .map(({ podName, podIp, nsmIp }) => ({ name: podName, podIp, nsmIp, dnsName: `${podName}.${cluster}.${name}.${namespace}.${ZONE}` }));
  const dnsName = `${name}.${namespace}.${ZONE}`;
  await spoke.setStatus(refOf(object), (status) => {
    status.exportStatus = pods.length > 0 ? 'READY' : 'PENDING';
    status.availableEndpoints = pods.length;
    status.dnsName = dnsName;
    status.pods = pods;
    if (spec.aliases !== undefined) status.aliases = spec.aliases;
  });
  const config = `${name}-${namespace}-${cluster}`;
  const ports: { name?: string; containerPort: number; servicePort?: number; protocol?: string }[] = spec.ports ?? [];
  await hub.apply({
    ...SERVICE_EXPORT_CONFIG,
    metadata: { name: config, namespace: projectNamespace, labels: { 'worker-cluster': cluster, 'original-slice-name': spec.slice } },
    spec: {
      serviceName: name,
      serviceNamespace: namespace,
      sliceName: spec.slice,
      sourceCluster: cluster,
      aliases: spec.aliases ?? [],
      serviceDiscoveryPorts: ports.map((port) => ({
        name: port.name ?? '',
        port: port.containerPort,
        protocol: port.protocol ?? 'TCP',
        servicePort: port.servicePort ?? port.containerPort,
      })),
      serviceDiscoveryEndpoints: pods.map((pod) => ({
        cluster,
        dnsName: pod.dnsName,
        nsmIp: pod.nsmIp,
        podName: pod.name,
        port: ports[0]?.containerPort ?? 0,
      })),
    },
  });
  return config;
};

const importOne = async ({ spoke }: Worker, { spec }: Mutable): Promise<string> => {
  const name = String(spec.serviceName);
  const namespace = String(spec.serviceNamespace);
  const endpoints: { cluster: string; dnsName: string; nsmIp: string; podName: string; port: number }[] = spec.serviceDiscoveryEndpoints ?? [];
  await spoke.apply({
    ...SERVICE_IMPORT,
    metadata: { name, namespace },
    spec: {
      slice: spec.sliceName,
      dnsName: `${name}.${namespace}.${ZONE}`,
      aliases: spec.aliases ?? [],
      ports: ((spec.serviceDiscoveryPorts ?? []) as { name: string; port: number; protocol: string }[]).map(
        ({ name: port, port: containerPort, protocol }) => ({
          name: port,
          containerPort,
          protocol,
        }),
      ),
    },
  });
  await spoke.setStatus({ ...SERVICE_IMPORT, namespace, name }, (status) => {
    status.importStatus = endpoints.length > 0 ? 'READY' : 'PENDING';
    status.availableEndpoints = endpoints.length;
    status.endpoints = endpoints.map(({ cluster, dnsName, nsmIp, podName, port }) => ({
      name: podName,
      clusterId: cluster,
      dnsName,
      ip: nsmIp,
      port,
    }));
  });
  return `${namespace}/${name}`;
};
