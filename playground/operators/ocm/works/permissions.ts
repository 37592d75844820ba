import { AGENT_NAMESPACE } from '../names.ts';
import type { OperatorClient } from '../../../control/kit.ts';
import type { Target } from './resource-client.ts';

const USER = `system:serviceaccount:${AGENT_NAMESPACE}:klusterlet-work-sa`;
const AGGREGATE = 'open-cluster-management.io/aggregate-to-work';
const ROLE_NAMES = /^open-cluster-management:klusterlet-work:/;

/** What the agent may do from the start: ClusterRole admin, and namespaces, CRDs, RBAC, priority classes, webhook configurations, service monitors. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  '': ['*'],
  apps: ['*'],
  batch: ['*'],
  autoscaling: ['*'],
  policy: ['*'],
  'networking.k8s.io': ['*'],
  'discovery.k8s.io': ['*'],
  'coordination.k8s.io': ['*'],
  'events.k8s.io': ['*'],
  'rbac.authorization.k8s.io': ['*'],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  'scheduling.k8s.io': ['priorityclasses'],
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  'monitoring.coreos.com': ['servicemonitors'],
};
const NOT_ADMIN = ['nodes', 'persistentvolumes'];

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

/** Throws in the API server's words when the agent's ServiceAccount has no rule for the verb; further rules come from ClusterRoles made for it. */
export const checkPermission = async (
  client: OperatorClient,
  verb: 'create' | 'update' | 'patch',
  { group, resource, namespace, name }: Target,
): Promise<void> => {
  const builtIn = BUILT_IN[group] ?? [];
  if ((builtIn.includes('*') && !(group === '' && NOT_ADMIN.includes(resource))) || builtIn.includes(resource)) return;
  const roles = await client.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' });
  const rules = roles
    .filter(({ metadata }) => metadata.labels?.[AGGREGATE] === 'true' || ROLE_NAMES.test(metadata.name))
    .flatMap((role) => (role['rules'] ?? []) as Rule[]);
  const has = (values: readonly string[] = [], value: string): boolean => values.includes('*') || values.includes(value);
  if (rules.some((rule) => has(rule.apiGroups, group) && has(rule.resources, resource) && has(rule.verbs, verb))) return;
  const subject = `${resource}${group === '' ? '' : `.${group}`}${verb === 'create' ? '' : ` "${name}"`}`;
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  throw new Error(`${subject} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`);
};
