import type { Kind } from '../../../src/kube-api/objects.ts';

const kind = (apiVersion: string, kind: string): Kind => ({ apiVersion, kind });

export const POSTGRES = kind('kubedb.com/v1', 'Postgres');
export const POSTGRES_VERSION = kind('catalog.kubedb.com/v1alpha1', 'PostgresVersion');
export const PET_SET = kind('apps.k8s.appscode.com/v1', 'PetSet');
export const PLACEMENT_POLICY = kind('apps.k8s.appscode.com/v1', 'PlacementPolicy');
export const MANIFEST_WORK = kind('work.open-cluster-management.io/v1', 'ManifestWork');
export const SLICE_CONFIG = kind('controller.kubeslice.io/v1alpha1', 'SliceConfig');
const DEPLOYMENT = kind('apps/v1', 'Deployment');
const STATEFUL_SET = kind('apps/v1', 'StatefulSet');
export const SECRET = kind('v1', 'Secret');
export const SERVICE = kind('v1', 'Service');
export const STORAGE_CLASS = kind('storage.k8s.io/v1', 'StorageClass');
export const VALIDATING = kind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration');
export const MUTATING = kind('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration');

/** Where the chart puts the operator, and the release name of the guide. */
export const OPERATOR_NAMESPACE = 'kubedb';
export const PROVISIONER = { ...STATEFUL_SET, namespace: OPERATOR_NAMESPACE, name: 'kubedb-kubedb-provisioner' };
export const PETSET_OPERATOR = { ...DEPLOYMENT, namespace: OPERATOR_NAMESPACE, name: 'kubedb-petset' };
export const WEBHOOK_SERVER = { ...DEPLOYMENT, namespace: OPERATOR_NAMESPACE, name: 'kubedb-kubedb-webhook-server' };

/** Selector of a database's pods; distributed ones carry the namespace too. */
export const databaseLabels = (name: string, namespace?: string): Record<string, string> => ({
  'app.kubernetes.io/component': 'database',
  'app.kubernetes.io/instance': name,
  'app.kubernetes.io/managed-by': 'kubedb.com',
  'app.kubernetes.io/name': 'postgreses.kubedb.com',
  ...(namespace === undefined ? {} : { 'app.kubernetes.io/namespace': namespace }),
});

/** Annotation on what a work carries, by which the petset operator finds its cluster. */
export const CLUSTER_ANNOTATION = 'open-cluster-management.io/cluster-name';
export const ROLE_LABEL = 'open-cluster-management.io/role';
