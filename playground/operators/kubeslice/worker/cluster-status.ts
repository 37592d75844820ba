import type { Query } from '../../../../src/kube-api/objects.ts';
import type { Mutable } from '../../../control/kit.ts';
import { addFinalizer } from '../controller/finalizers.ts';
import { CLUSTER, GATEWAY_LABEL, INJECTOR_NAMESPACE, NAMESPACE, NODE, POD, WORKER_NAMESPACE } from '../kinds.ts';
import { prefixesOf } from './prefixes.ts';
import type { Worker } from './context.ts';

const DEREGISTER_FINALIZER = 'worker.kubeslice.io/cluster-deregister-finalizer';
/** Seen with the real operator: registered 4 to 25 s after its pod started, all fields within 4 s. */
const REGISTRATION_MS = 3000;
/** The operator reports health every two minutes. */
export const HEALTH_MS = 120_000;
/** How often a field that is still missing is looked for. */
const RETRY_MS = 2000;

/** A component is Normal when a pod with its label is in phase Running, ready or not. */
const COMPONENTS: Readonly<Record<string, Pick<Query, 'namespace' | 'labelSelector'>>> = {
  nsmgr: { namespace: WORKER_NAMESPACE, labelSelector: 'app=nsmgr' },
  forwarder: { namespace: WORKER_NAMESPACE, labelSelector: 'app=forwarder-kernel' },
  'admission-webhook': { namespace: INJECTOR_NAMESPACE, labelSelector: 'app=kubeslice-nsm-webhook' },
  netop: { namespace: WORKER_NAMESPACE, labelSelector: 'app=app_net_op' },
};

/** Registers the cluster and reports its health; a cluster whose addresses are not known yet is reported on again soon. */
export const reportCluster = async (worker: Worker): Promise<void> => {
  const { hub, time, cluster, projectNamespace, signal } = worker;
  const ref = { ...CLUSTER, namespace: projectNamespace, name: cluster };
  const registration = async (registrationStatus: string): Promise<void> =>
    hub.setStatus(ref, (status) => {
      status.registrationStatus = registrationStatus;
    });

  const known = await hub.get(ref);
  if (known !== undefined) await addFinalizer(hub, known, DEREGISTER_FINALIZER);
  if (known?.status?.registrationStatus !== 'Registered') {
    await registration('InProgress');
    if (!(await time.after(REGISTRATION_MS, signal))) return;
    await registration('Registered');
  }
  for (;;) {
    const complete = await report(worker, ref).catch((error: unknown) => {
      worker.onError(error);
      return false;
    });
    if (!(await time.after(complete ? HEALTH_MS : RETRY_MS, signal))) return;
  }
};

const report = async (worker: Worker, ref: Parameters<Worker['hub']['get']>[0] & object): Promise<boolean> => {
  const { hub, spoke, options } = worker;
  const nodes = await spoke.list(NODE);
  const components = await Promise.all(
    Object.entries(COMPONENTS).map(async ([component, where]) => ({ component, running: await isRunning(worker, where) })),
  );
  const nodeIPs = gatewayAddresses(nodes);
  const warns = options.healthWarnings?.has(worker.cluster) === true;
  const cniSubnet = await prefixesOf(spoke);
  const networkPresent = components.every(({ component, running }) => running || !['nsmgr', 'forwarder'].includes(component));
  const namespaces = (await spoke.list(NAMESPACE)).map(({ metadata }) => ({
    name: metadata.name,
    ...(metadata.labels?.['kubeslice.io/slice'] === undefined ? {} : { sliceName: metadata.labels['kubeslice.io/slice'] }),
  }));
  const checks = [
    ...components.map(({ component, running }) => ({ component, ok: running && !(warns && component === 'admission-webhook') })),
    { component: 'node-ips', ok: nodeIPs.length > 0 },
    { component: 'cni-subnets', ok: cniSubnet.length > 0 },
  ];
  const normal = checks.every(({ ok }) => ok);
  await hub.setStatus(ref, (status, object) => {
    const given: string[] = object.spec?.nodeIPs ?? [];
    status.networkPresent = networkPresent;
    status.cniSubnet = cniSubnet;
    status.nodeIPs = given.length > 0 ? given : nodeIPs;
    status.namespaces = namespaces;
    status.clusterHealth = {
      clusterHealthStatus: normal ? 'Normal' : 'Warning',
      componentStatuses: checks.map(({ component, ok }) => ({ component, componentHealthStatus: ok ? 'Normal' : 'Error' })),
      lastUpdated: `${new Date().toISOString().slice(0, 19)}Z`,
    };
  });
  return normal || warns;
};

const isRunning = async ({ spoke }: Worker, where: Pick<Query, 'namespace' | 'labelSelector'>): Promise<boolean> =>
  (await spoke.list({ ...POD, ...where })).some(({ status }) => status?.phase === 'Running');

/** ExternalIPs of the gateway nodes, else their InternalIPs. */
const gatewayAddresses = (nodes: readonly Mutable[]): string[] => {
  const addresses: { type: string; address: string }[] = nodes
    .filter(({ metadata }) => metadata.labels?.[GATEWAY_LABEL] === 'gateway')
    .flatMap(({ status }) => status?.addresses ?? []);
  const of = (type: string): string[] => addresses.filter((entry) => entry.type === type).map(({ address }) => address);
  return of('ExternalIP').length > 0 ? of('ExternalIP') : of('InternalIP');
};
