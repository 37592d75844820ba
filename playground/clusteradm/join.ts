import { stringify } from 'yaml';
import { ApiError, connectApiServer } from '../../src/kube-api/api-server.ts';
import { SPOKE_REGISTRATION_GATES, SPOKE_WORK_GATES } from '../operators/ocm/components.ts';
import { AGENT_NAMESPACE, BOOTSTRAP_SECRET, KLUSTERLET, MANAGED_CLUSTER, OPERATOR_NAMESPACE } from '../operators/ocm/names.ts';
import { conditionOf, DEPLOYMENT } from '../control/objects.ts';
import { bundleImage } from './bundle.ts';
import type { ClusterAccess, Route } from './cluster-access.ts';
import { programName, runChecks, type Console } from './console.ts';
import { establishCrd } from './crds.ts';
import type { Flags, FlagSpec } from './flags.ts';
import { concerns, gateList } from './gates.ts';
import { checkHub, type HubTarget } from './hub-check.ts';
import { klusterletValues, overridden } from './klusterlet-values.ts';
import { namespace, operatorDeployment, operatorRights, serviceAccount } from './manifests.ts';
import { hasCondition, waitFor } from './waiting.ts';

const TEXT = { kind: 'string' } as const;
const SWITCH = { kind: 'bool' } as const;
export const JOIN_FLAGS: Readonly<Record<string, FlagSpec>> = {
  'hub-token': TEXT,
  'hub-apiserver': TEXT,
  'cluster-name': TEXT,
  wait: SWITCH,
  'feature-gates': { kind: 'gates', gates: { ...SPOKE_REGISTRATION_GATES, ...SPOKE_WORK_GATES } },
  'ca-file': TEXT,
  'force-internal-endpoint-lookup': SWITCH,
  'proxy-url': TEXT,
  'proxy-ca-file': TEXT,
  'bundle-version': TEXT,
  'bundle-version-overrides': TEXT,
  'image-registry': TEXT,
  mode: TEXT,
  singleton: SWITCH,
  'klusterlet-values-file': TEXT,
  'klusterlet-annotation': { kind: 'list' },
  'client-cert-expiration-seconds': { kind: 'number' },
  'output-file': TEXT,
};

/** `clusteradm join`. What it asks the hub it asks from here, which says nothing about the spoke's pods. */
export const join = async (cluster: ClusterAccess, flags: Flags, io: Console, route: Route): Promise<void> => {
  const name = requireFlags(flags);
  const image = bundleImage('registration-operator', flags.text('bundle-version'));
  const hub = await checkHub(flags, route);
  const values = await klusterletValues(flags.text('klusterlet-values-file'));
  if (hub.caData === undefined) io.err('W no ca detected, creating hub kubeconfig without ca\n');
  await runChecks(
    [
      { name: 'HubKubeconfig check', run: async () => ({}) },
      { name: 'DeployMode Check', run: async () => ({}) },
      { name: 'ClusterName Check', run: async () => ({}) },
    ],
    io,
  );
  if (!flags.on('dry-run')) {
    const external = await externalServer(cluster, io);
    await install(cluster, flags, { name, image, hub, external, values });
    if (flags.on('wait')) await waitForSpoke(cluster, flags, hub, name, route);
  }
  io.out('Please log onto the hub cluster and run the following command:\n\n');
  io.out(`    ${programName()} accept --clusters ${name}\n\n`);
};

const requireFlags = (flags: Flags): string => {
  if ((flags.text('hub-token') ?? '') === '') throw new Error('token is missing');
  const server = flags.text('hub-apiserver') ?? '';
  if (server === '') throw new Error('hub-server is missing');
  if (!/^https?:\/\//.test(server)) throw new Error('--hub-apiserver should start with http:// or https://');
  const name = flags.text('cluster-name') ?? '';
  if (name === '') throw new Error('cluster-name is missing');
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) throw new Error(`invalid cluster name ${name}`);
  return name;
};

/** Address of the spoke from its own cluster-info; its absence is only warned of. */
const externalServer = async (cluster: ClusterAccess, { err }: Console): Promise<{ url: string } | undefined> => {
  try {
    const info = await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-public', name: 'cluster-info' });
    const url = /server: (\S+)/.exec(info?.data?.kubeconfig ?? '')?.[1];
    if (url !== undefined) return { url };
    err('W Join continues without an external API server URL for the klusterlet because configmaps "cluster-info" not found\n');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    err(`W Join continues without an external API server URL for the klusterlet because ${error.message}\n`);
  }
  return undefined;
};

interface Installation {
  readonly name: string;
  readonly image: string;
  readonly hub: HubTarget;
  readonly external: { readonly url: string } | undefined;
  /** Of the klusterlet chart, from a file. */
  readonly values: Readonly<Record<string, unknown>>;
}

const install = async (cluster: ClusterAccess, flags: Flags, { name, image, hub, external, values }: Installation): Promise<void> => {
  const gates = flags.gates('feature-gates');
  await cluster.applyRaw(namespace(OPERATOR_NAMESPACE));
  await cluster.applyRaw(namespace(AGENT_NAMESPACE));
  const operator = await cluster.get({ ...DEPLOYMENT, namespace: OPERATOR_NAMESPACE, name: 'klusterlet' });
  if (conditionOf(operator, 'Available')?.status !== 'True') {
    await establishCrd(cluster, 'klusterlets');
    for (const manifest of [serviceAccount('klusterlet'), ...operatorRights('klusterlet'), operatorDeployment('klusterlet', image)])
      await cluster.applyRaw(manifest);
  }
  const bundle = flags.text('bundle-version');
  await cluster.applyRaw({
    ...KLUSTERLET,
    metadata: { name: 'klusterlet' },
    spec: overridden(
      {
        clusterName: name,
        namespace: AGENT_NAMESPACE,
        deployOption: { mode: 'Default' },
        registrationImagePullSpec: bundleImage('registration', bundle),
        workImagePullSpec: bundleImage('work', bundle),
        ...(external === undefined ? {} : { externalServerURLs: [external] }),
        registrationConfiguration: { featureGates: gateList(gates ?? {}, SPOKE_REGISTRATION_GATES) },
        ...(concerns(gates, SPOKE_WORK_GATES) ? { workConfiguration: { featureGates: gateList(gates ?? {}, SPOKE_WORK_GATES) } } : {}),
      },
      values,
    ),
  });
  await cluster.applyRaw({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: BOOTSTRAP_SECRET, namespace: AGENT_NAMESPACE },
    type: 'Opaque',
    data: { kubeconfig: Buffer.from(bootstrapKubeconfig(hub)).toString('base64') },
  });
};

const bootstrapKubeconfig = ({ server, token, caData }: HubTarget): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hub', cluster: { server, ...(caData === undefined ? {} : { 'certificate-authority-data': caData }) } }],
    contexts: [{ name: 'bootstrap', context: { cluster: 'hub', namespace: 'default', user: 'bootstrap' } }],
    'current-context': 'bootstrap',
    users: [{ name: 'bootstrap', user: { token } }],
  });

/** Operator, agents, then the ManagedCluster on the hub; neither the certificate request nor the acceptance. */
const waitForSpoke = async (cluster: ClusterAccess, flags: Flags, { server, token }: HubTarget, name: string, route: Route): Promise<void> => {
  const timeoutMs = flags.number('timeout', 300) * 1000;
  await waitFor(cluster, `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods`, {
    labelSelector: 'app=klusterlet',
    holds: hasCondition('Ready', 'True'),
    timeoutMs,
  });
  await waitFor(cluster, '/apis/operator.open-cluster-management.io/v1/klusterlets', {
    holds: (object) => hasCondition('RegistrationDesiredDegraded', 'False')(object) && hasCondition('WorkDesiredDegraded', 'False')(object),
    timeoutMs,
  });
  const hub = connectApiServer({ server: route(server), userAgent: 'clusteradm', skipTlsVerify: true, authorization: async () => `Bearer ${token}` });
  try {
    const path = `/apis/${MANAGED_CLUSTER.apiVersion}/managedclusters`;
    await waitFor({ api: hub }, path, { holds: ({ metadata }) => metadata.name === name, timeoutMs });
  } finally {
    await hub.close();
  }
};
