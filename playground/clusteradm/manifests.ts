import type { Manifest } from '../../src/kube-api/objects.ts';
import { componentDeployment } from '../operators/ocm/components.ts';
import { OPERATOR_NAMESPACE } from '../operators/ocm/names.ts';

export const BOOTSTRAP_ACCOUNT = 'agent-registration-bootstrap';
const BOOTSTRAP_ROLE = 'open-cluster-management:bootstrap';
const RBAC = 'rbac.authorization.k8s.io/v1';

export const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
export const serviceAccount = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: OPERATOR_NAMESPACE },
});

/** Deployment of a registration operator: 'cluster-manager' on the hub, 'klusterlet' on a spoke. */
export const operatorDeployment = (name: 'cluster-manager' | 'klusterlet', image: string): Manifest =>
  componentDeployment({
    namespace: OPERATOR_NAMESPACE,
    name,
    image,
    args: ['/registration-operator', name === 'klusterlet' ? 'klusterlet' : 'hub'],
    replicas: 3,
    serviceAccount: name,
  });

/** Rights of a registration operator, which installs agents and gives them theirs: nearly everything. */
export const operatorRights = (name: 'cluster-manager' | 'klusterlet'): readonly Manifest[] => [
  {
    apiVersion: RBAC,
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      { apiGroups: [''], resources: ['configmaps', 'events', 'namespaces', 'secrets', 'serviceaccounts', 'services'], verbs: ['*'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['*', 'escalate', 'bind'] },
      { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['*'] },
      { apiGroups: ['operator.open-cluster-management.io'], resources: ['*'], verbs: ['*'] },
    ],
  },
  {
    apiVersion: RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: OPERATOR_NAMESPACE }],
  },
];

/** What a joining cluster may do with its token: create its ManagedCluster and certificate requests. */
export const bootstrapRights = (): readonly Manifest[] => [
  serviceAccount(BOOTSTRAP_ACCOUNT),
  {
    apiVersion: RBAC,
    kind: 'ClusterRole',
    metadata: { name: BOOTSTRAP_ROLE },
    rules: [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
      { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'], verbs: ['create', 'get', 'list', 'watch'] },
      { apiGroups: ['cluster.open-cluster-management.io'], resources: ['managedclusters'], verbs: ['get', 'create', 'list', 'watch'] },
    ],
  },
  {
    apiVersion: RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${BOOTSTRAP_ROLE}:${BOOTSTRAP_ACCOUNT}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: BOOTSTRAP_ROLE },
    subjects: [{ kind: 'ServiceAccount', name: BOOTSTRAP_ACCOUNT, namespace: OPERATOR_NAMESPACE }],
  },
];
