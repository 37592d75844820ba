import type { Manifest } from '../../../../src/kube-api/objects.ts';
import {
  CONFIG_MAP,
  GATEWAY_LABEL,
  INJECTOR_DEPLOYMENT,
  INJECTOR_NAMESPACE,
  NAMESPACE,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
  WORKER_NAMESPACE,
} from '../kinds.ts';
import { encoded } from './secrets.ts';

export interface WorkerValues {
  /** Empty in the rendering that lost the race. */
  readonly clusterName: string;
  readonly projectNamespace: string;
  readonly endpoint: string;
  readonly token: string;
  readonly ca: string;
}

/** Containers of a workload with their images. */
type Containers = Readonly<Record<string, string>>;

const onGateway = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: GATEWAY_LABEL, operator: 'In', values: ['gateway'] }] }],
      },
    },
  },
};
const podSpec = (containers: Containers, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  containers: Object.entries(containers).map(([name, image]) => ({ name, image })),
  ...more,
});
const template = (labels: Readonly<Record<string, string>>, spec: Record<string, unknown>) => ({ metadata: { labels }, spec });
const metadata = (name: string, labels: Readonly<Record<string, string>>) => ({ name, namespace: WORKER_NAMESPACE, labels });

const deployment = (name: string, labels: Readonly<Record<string, string>>, spec: Record<string, unknown>): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(name, labels),
  spec: { replicas: 1, selector: { matchLabels: labels }, template: template(labels, spec) },
});
const injector = (): Manifest => {
  const labels = { app: 'kubeslice-nsm-webhook' };
  const { name, namespace } = INJECTOR_DEPLOYMENT;
  const spec = podSpec({ 'admission-webhook-k8s': 'ghcr.io/kube-slice/cmd-admission-webhook-k8s:1.6.2' });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: template(labels, spec) },
  };
};
const daemonSet = (name: string, labels: Readonly<Record<string, string>>, spec: Record<string, unknown>): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: metadata(name, labels),
  spec: { selector: { matchLabels: labels }, template: template(labels, spec) },
});
const job = (name: string, labels: Readonly<Record<string, string>>, containers: Containers): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadata(name, labels),
  spec: { backoffLimit: 2, template: template(labels, podSpec(containers, { restartPolicy: 'OnFailure' })) },
});

/**
 * The worker as the add-on renders its chart. The cluster's name is in the operator's selector, which Kubernetes keeps for ever: a worker that was
 * rendered without a name cannot be put right by the next rendering. The Jobs do not tell whose they are.
 */
export const workerManifests = (
  { clusterName, projectNamespace, endpoint, token, ca }: WorkerValues,
  { dnsOutside = false, injectors = [] }: { readonly dnsOutside?: boolean; readonly injectors?: readonly Manifest[] } = {},
): Manifest[] => {
  const spoke = { 'spoke-cluster': clusterName };
  const operator = podSpec(
    { 'kube-rbac-proxy': 'gcr.io/kubebuilder/kube-rbac-proxy:v0.16.0', manager: 'ghcr.io/kube-slice/worker-operator:v2026.1.15' },
    { serviceAccountName: 'kubeslice-controller-manager', ...onGateway },
  );
  const manager = (operator.containers as { name: string; env?: unknown }[]).find(({ name }) => name === 'manager');
  if (manager !== undefined)
    manager.env = [
      { name: 'CLUSTER_NAME', value: clusterName },
      { name: 'HUB_PROJECT_NAMESPACE', value: projectNamespace },
      { name: 'HUB_HOST_ENDPOINT', value: endpoint },
    ];
  return [
    { ...NAMESPACE, metadata: { name: WORKER_NAMESPACE } },
    { ...SERVICE_ACCOUNT, metadata: metadata('kubeslice-controller-manager', {}) },
    {
      ...SECRET,
      metadata: metadata('kubeslice-hub', {}),
      type: 'Opaque',
      data: encoded({ token, 'ca.crt': ca, namespace: projectNamespace }),
    },
    job('kubeslice-install-crds', { app: 'kubeslice-install-crds' }, { 'kubeslice-install-crds': 'alpine/k8s:1.32.2' }),
    job('nsm-install-crds', { app: 'nsm-install-crds' }, { 'nsm-install-crds': 'alpine/k8s:1.32.2' }),
    job('kubeslice-postdelete-job', { app: 'kubeslice-postdelete-job' }, { cleanup: 'alpine/k8s:1.32.2' }),
    { ...CONFIG_MAP, metadata: metadata('nsm-config', {}) },
    daemonSet(
      'nsmgr',
      { app: 'nsmgr' },
      podSpec({ nsmgr: 'ghcr.io/kube-slice/cmd-nsmgr:1.6.2', 'exclude-prefixes': 'ghcr.io/kube-slice/cmd-exclude-prefixes-k8s:1.6.2' }),
    ),
    daemonSet(
      'forwarder-kernel',
      { app: 'forwarder-kernel' },
      podSpec({ 'forwarder-kernel': 'ghcr.io/kube-slice/cmd-forwarder-kernel:1.0.6' }, { hostNetwork: true }),
    ),
    daemonSet('nsc-grpc-server', { app: 'nsc-grpc-server' }, podSpec({ 'nsc-grpc-server': 'ghcr.io/kube-slice/cmd-nsc:1.6.2' })),
    daemonSet(
      'kubeslice-netop',
      { app: 'app_net_op' },
      podSpec({ 'kubeslice-netop': 'ghcr.io/kube-slice/netops:0.3.0' }, { hostNetwork: true, nodeSelector: { [GATEWAY_LABEL]: 'gateway' } }),
    ),
    deployment('registry-k8s', { app: 'registry' }, podSpec({ registry: 'ghcr.io/kube-slice/cmd-registry-k8s:1.6.2' })),
    { ...NAMESPACE, metadata: { name: INJECTOR_NAMESPACE } },
    injector(),
    ...injectors,
    deployment('kubeslice-dns', { app: 'kubeslice-dns' }, podSpec({ 'kubeslice-dns': 'ghcr.io/kube-slice/dns:0.1.4' }, onGateway)),
    {
      ...SERVICE,
      metadata: metadata('kubeslice-dns', { app: 'kubeslice-dns' }),
      spec: {
        ...(dnsOutside ? {} : { selector: { app: 'kubeslice-dns' } }),
        ports: [
          { name: 'dns', port: 53, targetPort: 1053, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, targetPort: 1053, protocol: 'TCP' },
        ],
      },
    },
    deployment('kubeslice-operator', { 'control-plane': 'controller-manager', ...spoke }, operator),
  ];
};
