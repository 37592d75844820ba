import type { Manifest } from '../../src/kube-api/objects.ts';
import { HUB_REGISTRATION_GATES, HUB_WORK_GATES } from '../operators/ocm/components.ts';
import { CLUSTER_MANAGER, HUB_NAMESPACE, OPERATOR_NAMESPACE } from '../operators/ocm/names.ts';
import { bundleImage } from './bundle.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { programName, runChecks, type Check, type Console } from './console.ts';
import { establishCrd } from './crds.ts';
import type { Flags, FlagSpec } from './flags.ts';
import { concerns, gateList } from './gates.ts';
import { bootstrapRights, namespace, operatorDeployment, operatorRights, serviceAccount } from './manifests.ts';
import { mintToken } from './token.ts';
import { hasCondition, waitFor } from './waiting.ts';

const TEXT = { kind: 'string' } as const;
const SWITCH = { kind: 'bool' } as const;
export const INIT_FLAGS: Readonly<Record<string, FlagSpec>> = {
  wait: SWITCH,
  'feature-gates': { kind: 'gates', gates: { ...HUB_REGISTRATION_GATES, ...HUB_WORK_GATES } },
  output: { kind: 'string', short: 'o' },
  'bundle-version': TEXT,
  'bundle-version-overrides': TEXT,
  'image-registry': TEXT,
  'output-file': TEXT,
  'output-join-command-file': TEXT,
  'cluster-manager-values-file': TEXT,
  'registration-drivers': { kind: 'list' },
  force: SWITCH,
  'create-namespace': SWITCH,
  'use-bootstrap-token': SWITCH,
  singleton: SWITCH,
};

/** `clusteradm init`. There is no check for a hub that exists already. */
export const init = async (cluster: ClusterAccess, flags: Flags, io: Console): Promise<void> => {
  const bundle = flags.text('bundle-version');
  const operatorImage = bundleImage('registration-operator', bundle);
  const json = flags.text('output') === 'json';
  if (json && flags.on('wait')) throw new Error('output should be text if --wait is set');
  for (const name of flags.given) io.out(`flag ${name} has been set\n`);
  if (!flags.on('force')) await runChecks([apiServerCheck(cluster), clusterInfoCheck(cluster)], io);
  if (!flags.on('dry-run')) {
    await install(cluster, flags, operatorImage);
    if (flags.on('wait')) await waitForHub(cluster, flags.number('timeout', 300) * 1000);
  }
  const token = flags.on('dry-run') ? '' : await mintToken(cluster);
  if (json) return io.out(`${JSON.stringify({ 'hub-token': token, 'hub-apiserver': cluster.server })}\n`);
  io.out('The multicluster hub control plane has been initialized successfully!\n\n');
  io.out('You can now register cluster(s) to the hub control plane. Log onto those cluster(s) and run the following command:\n\n');
  io.out(`    ${programName()} join --hub-token ${token} --hub-apiserver ${cluster.server} --wait --cluster-name <cluster_name>\n\n`);
  io.out('Replace <cluster_name> with a cluster name of your choice. For example, cluster1.\n\n');
};

const apiServerCheck = ({ currentContext }: ClusterAccess): Check => ({
  name: 'HubApiServer check',
  async run() {
    if (currentContext === undefined) return { errors: ['failed to find the given Current Context in Contexts of the kubeconfig'] };
    const local = ['127.0.0.1', 'localhost', '::1'].includes(new URL(currentContext.server).hostname);
    return { warnings: local ? [`Hub Api Server is a loopback address: ${currentContext.server}`] : [] };
  },
});

/** Without cluster-info an immutable one is made, of the context that is current and not of --context: a known trap of the real program. */
const clusterInfoCheck = (cluster: ClusterAccess): Check => ({
  name: 'cluster-info check',
  async run() {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-public', name: 'cluster-info' };
    const { currentContext } = cluster;
    if ((await cluster.get(ref)) !== undefined || currentContext === undefined) return {};
    const lines = [
      'apiVersion: v1',
      'clusters:',
      '- cluster:',
      `    certificate-authority-data: ${currentContext.caData ?? ''}`,
      `    server: ${currentContext.server}`,
    ];
    await cluster.applyRaw({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: ref.name, namespace: ref.namespace },
      immutable: true,
      data: { kubeconfig: [...lines, '  name: ""', 'kind: Config', ''].join('\n') },
    });
    return {};
  },
});

const install = async (cluster: ClusterAccess, flags: Flags, operatorImage: string): Promise<void> => {
  await cluster.applyRaw(namespace(OPERATOR_NAMESPACE));
  await establishCrd(cluster, 'clustermanagers');
  for (const manifest of [
    serviceAccount('cluster-manager'),
    ...operatorRights('cluster-manager'),
    ...bootstrapRights(),
    operatorDeployment('cluster-manager', operatorImage),
  ])
    await cluster.applyRaw(manifest);
  await cluster.applyRaw(clusterManager(flags));
};

const clusterManager = (flags: Flags): Manifest => {
  const bundle = flags.text('bundle-version');
  const gates = flags.gates('feature-gates');
  return {
    ...CLUSTER_MANAGER,
    metadata: { name: 'cluster-manager' },
    spec: {
      registrationImagePullSpec: bundleImage('registration', bundle),
      workImagePullSpec: bundleImage('work', bundle),
      placementImagePullSpec: bundleImage('placement', bundle),
      addOnManagerImagePullSpec: bundleImage('addon-manager', bundle),
      deployOption: { mode: 'Default' },
      registrationConfiguration: { featureGates: gateList(gates ?? {}, HUB_REGISTRATION_GATES) },
      ...(concerns(gates, HUB_WORK_GATES) ? { workConfiguration: { featureGates: gateList(gates ?? {}, HUB_WORK_GATES) } } : {}),
    },
  };
};

/** Waits for the operator and the registration controller alone, as the real program does. */
const waitForHub = async (cluster: ClusterAccess, timeoutMs: number): Promise<void> => {
  for (const [at, app] of [
    [OPERATOR_NAMESPACE, 'cluster-manager'],
    [HUB_NAMESPACE, 'clustermanager-registration-controller'],
  ] as const)
    await waitFor(cluster, `/api/v1/namespaces/${at}/pods`, { labelSelector: `app=${app}`, holds: hasCondition('Ready', 'True'), timeoutMs });
};
