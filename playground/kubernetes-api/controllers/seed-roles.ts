import { randomUUID } from 'node:crypto';
import { timestamp, type Fields } from '../object.ts';
import type { PolicyRule } from '../auth/policy-rules.ts';
import type { Store } from '../store/store.ts';

const GROUP = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const resources = (apiGroups: readonly string[], names: readonly string[], verbs: readonly string[]): PolicyRule => ({
  apiGroups,
  resources: names,
  verbs,
});
const paths = (...nonResourceURLs: readonly string[]): PolicyRule => ({ nonResourceURLs, verbs: ['get'] });

const WORKLOADS = ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets', 'statefulsets/scale'];
const OBJECTS = ['configmaps', 'endpoints', 'persistentvolumeclaims', 'pods', 'serviceaccounts', 'services'];
const OF_GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['', OBJECTS],
  ['apps', WORKLOADS],
  ['batch', ['cronjobs', 'jobs']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['networking.k8s.io', ['ingresses', 'networkpolicies']],
  ['policy', ['poddisruptionbudgets']],
];
const ENTRY = ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'];

/** What everybody has, and what people are given; of the latter the rules for the kinds that are served here. */
const ROLES: Readonly<Record<string, readonly PolicyRule[]>> = {
  'cluster-admin': [resources(['*'], ['*'], ['*']), { nonResourceURLs: ['*'], verbs: ['*'] }],
  'system:basic-user': [
    resources(['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
    resources(['authentication.k8s.io'], ['selfsubjectreviews'], ['create']),
  ],
  'system:discovery': [
    paths('/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/'),
  ],
  'system:public-info-viewer': [paths('/healthz', '/livez', '/readyz', '/version', '/version/')],
  'system:aggregate-to-view': [
    ...OF_GROUPS.map(([group, names]) => resources([group], names, READ)),
    resources([''], ['events', 'limitranges', 'namespaces', 'pods/log', 'pods/status', 'resourcequotas'], READ),
    resources(['discovery.k8s.io'], ['endpointslices'], READ),
  ],
  'system:aggregate-to-edit': [
    ...OF_GROUPS.map(([group, names]) => resources([group], names, WRITE)),
    resources([''], [...ENTRY, 'secrets'], READ),
    resources([''], [...ENTRY, 'secrets'], WRITE),
    resources([''], ['pods/eviction', 'serviceaccounts/token'], ['create']),
    resources(['coordination.k8s.io'], ['leases'], [...READ, ...WRITE]),
  ],
  'system:aggregate-to-admin': [
    resources([GROUP], ['rolebindings', 'roles'], [...READ, ...WRITE]),
    resources(['authorization.k8s.io'], ['localsubjectaccessreviews'], ['create']),
  ],
};
const AGGREGATES: Readonly<Record<string, string>> = { view: 'view', edit: 'edit', admin: 'admin' };
/** Rules of the first flow into the second. */
const FLOWS: Readonly<Record<string, string>> = { view: 'edit', edit: 'admin' };
const BINDINGS: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['system:masters'],
  'system:basic-user': ['system:authenticated'],
  'system:discovery': ['system:authenticated'],
  'system:public-info-viewer': ['system:authenticated', 'system:unauthenticated'],
};
const AGGREGATE = `${GROUP}/aggregate-to-`;

/** The roles and bindings that an API server makes for itself. */
export const seedRoles = (store: Store): void => {
  const put = (plural: string, kind: string, name: string, labels: Fields, fields: Fields): void => {
    const metadata = {
      name,
      uid: randomUUID(),
      creationTimestamp: timestamp(),
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    };
    store.put({ group: GROUP, plural }, { apiVersion: `${GROUP}/v1`, kind, metadata, ...fields });
  };
  for (const [name, rules] of Object.entries(ROLES)) {
    const target = /^system:aggregate-to-(.+)$/.exec(name)?.[1];
    put('clusterroles', 'ClusterRole', name, target === undefined ? {} : { [`${AGGREGATE}${target}`]: 'true' }, { rules });
  }
  for (const [name, target] of Object.entries(AGGREGATES)) {
    const labels = FLOWS[name] === undefined ? {} : { [`${AGGREGATE}${FLOWS[name]}`]: 'true' };
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [`${AGGREGATE}${target}`]: 'true' } }] };
    put('clusterroles', 'ClusterRole', name, labels, { aggregationRule, rules: [] });
  }
  for (const [name, groups] of Object.entries(BINDINGS))
    put(
      'clusterrolebindings',
      'ClusterRoleBinding',
      name,
      {},
      {
        roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
        subjects: groups.map((group) => ({ apiGroup: GROUP, kind: 'Group', name: group })),
      },
    );
};
