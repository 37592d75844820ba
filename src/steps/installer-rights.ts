import type { Right } from '../domain/right.ts';
import { installerRightsTo, type Grant } from './rights.ts';

const RBAC = 'rbac.authorization.k8s.io';
/** What an installer does with each object that it brings: looks, makes, brings up to date; gone with a newer chart or a rollback. */
const bring = (namespace: string | undefined, ...resources: readonly string[]): Grant[] =>
  resources.map((on) => ({ verbs: 'get create patch delete', on, namespace }));

/**
 * Roles that an installer brings hold rights that pgdist has not: making them takes `escalate`, handing them to the product's ServiceAccounts `bind`.
 * Whoever may do both can make themselves administrator.
 */
const ROLES: readonly Grant[] = [
  ...bring(undefined, `clusterroles.${RBAC}`, `clusterrolebindings.${RBAC}`),
  { verbs: 'escalate bind', on: `clusterroles.${RBAC}` },
];
const rolesIn = (namespace: string): Grant[] => [
  ...bring(namespace, `roles.${RBAC}`, `rolebindings.${RBAC}`),
  { verbs: 'escalate bind', on: `roles.${RBAC}`, namespace },
];

/** Everything that helm does for one release: its records, its namespace, and the kinds of objects of its chart. */
export const helmRights = (cluster: string, release: string, namespace: string, chart: readonly Grant[]): Right[] =>
  installerRightsTo(
    `have helm install release ${release}`,
    cluster,
    // helm 4 applies the namespace, helm 3 creates it.
    { verbs: 'create', on: 'namespaces' },
    { verbs: 'patch', on: 'namespaces', name: namespace },
    { verbs: 'get list create update patch delete', on: 'secrets', namespace },
    ...bring(undefined, 'customresourcedefinitions.apiextensions.k8s.io'),
    ...bring(namespace, 'serviceaccounts', 'services', 'configmaps', 'deployments.apps', 'jobs.batch'),
    ...ROLES,
    ...rolesIn(namespace),
    ...bring(undefined, 'mutatingwebhookconfigurations.admissionregistration.k8s.io', 'validatingwebhookconfigurations.admissionregistration.k8s.io'),
    // A chart that wants its workers on the spokes says so to OCM.
    ...bring(namespace, 'managedclustersetbindings.cluster.open-cluster-management.io', 'placements.cluster.open-cluster-management.io'),
    ...bring(namespace, 'manifestworkreplicasets.work.open-cluster-management.io'),
    // OCM's webhook asks for it when a set is bound to a namespace.
    { verbs: 'create', on: 'managedclustersets.cluster.open-cluster-management.io/bind', name: 'global' },
    ...chart,
  );

export const KUBESLICE_CHART: readonly Grant[] = bring(undefined, 'clustermanagementaddons.addon.open-cluster-management.io');

export const kubedbChart = (namespace: string): Grant[] => [
  ...bring(namespace, 'statefulsets.apps'),
  ...bring(undefined, 'postgresversions.catalog.kubedb.com', 'apiservices.apiregistration.k8s.io'),
  // The extension API server of the webhooks reads how requests are authenticated.
  ...bring('kube-system', `rolebindings.${RBAC}`),
  { verbs: 'bind', on: `roles.${RBAC}`, namespace: 'kube-system', name: 'extension-apiserver-authentication-reader' },
];

const OPERATOR_NAMESPACE = 'open-cluster-management';
const AGENT_NAMESPACE = 'open-cluster-management-agent';
const OPERATORS = 'operator.open-cluster-management.io';

/** clusteradm applies as kubectl of old did: creates, and patches or updates what is there. */
const applied = (namespace: string | undefined, ...resources: readonly string[]): Grant[] =>
  resources.map((on) => ({ verbs: 'get create patch update', on, namespace }));

const operatorGrants: readonly Grant[] = [
  ...applied(undefined, 'namespaces', 'customresourcedefinitions.apiextensions.k8s.io'),
  { verbs: 'list watch', on: 'customresourcedefinitions.apiextensions.k8s.io' },
  ...applied(OPERATOR_NAMESPACE, 'serviceaccounts', 'secrets', 'deployments.apps'),
  ...applied(undefined, `clusterroles.${RBAC}`, `clusterrolebindings.${RBAC}`),
  { verbs: 'escalate bind', on: `clusterroles.${RBAC}` },
  { verbs: 'get', on: 'configmaps', namespace: 'kube-public', name: 'cluster-info' },
];

export const clusteradmInitRights = (hub: string): Right[] =>
  installerRightsTo(
    'have clusteradm make the hub',
    hub,
    ...operatorGrants,
    ...applied(undefined, `clustermanagers.${OPERATORS}`),
    // Without one it makes ConfigMap cluster-info, then prints a token of the bootstrap account.
    { verbs: 'create', on: 'configmaps', namespace: 'kube-public' },
    { verbs: 'create', on: 'serviceaccounts/token', namespace: OPERATOR_NAMESPACE, name: 'agent-registration-bootstrap' },
  );

export const clusteradmJoinRights = (spoke: string): Right[] =>
  installerRightsTo(
    'have clusteradm join the cluster',
    spoke,
    ...operatorGrants,
    ...applied(undefined, `klusterlets.${OPERATORS}`),
    ...applied(AGENT_NAMESPACE, 'secrets'),
  );
