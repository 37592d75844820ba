import type { Kind } from '../../../src/kube-api/objects.ts';

const kind = (apiVersion: string, kind: string): Kind => ({ apiVersion, kind });

export const PROJECT = kind('controller.kubeslice.io/v1alpha1', 'Project');
export const CLUSTER = kind('controller.kubeslice.io/v1alpha1', 'Cluster');
export const SLICE_CONFIG = kind('controller.kubeslice.io/v1alpha1', 'SliceConfig');
export const SLICE_QOS_CONFIG = kind('controller.kubeslice.io/v1alpha1', 'SliceQoSConfig');
export const VPN_KEY_ROTATION = kind('controller.kubeslice.io/v1alpha1', 'VpnKeyRotation');
export const SERVICE_EXPORT_CONFIG = kind('controller.kubeslice.io/v1alpha1', 'ServiceExportConfig');
export const WORKER_SLICE_CONFIG = kind('worker.kubeslice.io/v1alpha1', 'WorkerSliceConfig');
export const WORKER_SLICE_GATEWAY = kind('worker.kubeslice.io/v1alpha1', 'WorkerSliceGateway');
export const WORKER_SERVICE_IMPORT = kind('worker.kubeslice.io/v1alpha1', 'WorkerServiceImport');
export const SLICE = kind('networking.kubeslice.io/v1beta1', 'Slice');
export const SLICE_GATEWAY = kind('networking.kubeslice.io/v1beta1', 'SliceGateway');
export const SERVICE_EXPORT = kind('networking.kubeslice.io/v1beta1', 'ServiceExport');
export const SERVICE_IMPORT = kind('networking.kubeslice.io/v1beta1', 'ServiceImport');
export const ADD_ON = kind('addon.open-cluster-management.io/v1alpha1', 'ManagedClusterAddOn');
export const MANIFEST_WORK = kind('work.open-cluster-management.io/v1', 'ManifestWork');
export const DEPLOYMENT = kind('apps/v1', 'Deployment');
export const JOB = kind('batch/v1', 'Job');
export const CONFIG_MAP = kind('v1', 'ConfigMap');
export const NAMESPACE = kind('v1', 'Namespace');
export const NODE = kind('v1', 'Node');
export const POD = kind('v1', 'Pod');
export const SECRET = kind('v1', 'Secret');
export const SERVICE = kind('v1', 'Service');
export const SERVICE_ACCOUNT = kind('v1', 'ServiceAccount');
export const MUTATING_WEBHOOKS = kind('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration');
export const WEBHOOKS = kind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration');

/** Where the controller lives; hard-coded in the real one too. */
export const CONTROLLER_NAMESPACE = 'kubeslice-controller';
export const CONTROLLER_DEPLOYMENT = { ...DEPLOYMENT, namespace: CONTROLLER_NAMESPACE, name: 'kubeslice-controller-manager' };
export const WORKER_NAMESPACE = 'kubeslice-system';
export const OPERATOR_DEPLOYMENT = { ...DEPLOYMENT, namespace: WORKER_NAMESPACE, name: 'kubeslice-operator' };
/** Where NSM's webhook runs, outside of what it guards. */
export const INJECTOR_NAMESPACE = 'kubeslice-nsm-webhook-system';
export const INJECTOR_DEPLOYMENT = { ...DEPLOYMENT, namespace: INJECTOR_NAMESPACE, name: 'nsm-admission-webhook-k8s' };
export const GATEWAY_LABEL = 'kubeslice.io/node-type';

/** Labels on what the controller makes for a worker; the project's namespace travels with them. */
export const ownedLabels = (slice: string, cluster: string, projectNamespace: string): Record<string, string> => ({
  'kubeslice-manager': 'kubeslice-controller',
  'original-slice-name': slice,
  'worker-cluster': cluster,
  'project-namespace': projectNamespace,
});
