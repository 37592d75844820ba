import type { NeededRight } from './right.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ROLE = 'pgdist';

/** Whom the rights are for. */
export type Subject =
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'User' | 'Group'; readonly name: string };

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules of one role: of the whole cluster, or of a namespace. */
export interface RulesOfPlace {
  readonly namespace: string | undefined;
  readonly rules: readonly { readonly rule: Rule; readonly rights: readonly NeededRight[] }[];
}

/** Rights by the role that grants them, the cluster's first; what has the same verbs on the same names of a group shares a rule. */
export const rulesOf = (rights: readonly NeededRight[]): RulesOfPlace[] =>
  [...Map.groupBy(rights, ({ namespace }) => namespace)]
    .toSorted(([a], [b]) => (a ?? '').localeCompare(b ?? ''))
    .map(([namespace, inPlace]) => ({ namespace, rules: rulesIn(inPlace) }));

const rulesIn = (rights: readonly NeededRight[]): RulesOfPlace['rules'] => {
  const resources = Map.groupBy(rights, ({ group, resource, subresource, name }) =>
    JSON.stringify([group, resourceText({ resource, subresource }), name]),
  );
  const withVerbs = [...resources.values()].map((same) => ({ same, verbs: same.map(({ verb }) => verb).toSorted(byVerb) }));
  const shared = Map.groupBy(withVerbs, ({ same, verbs }) => JSON.stringify([same[0]!.group, resourceText(same[0]!), verbs]));
  return [...shared.values()].map((named) => {
    const granted = named.flatMap(({ same }) => same);
    const { group } = granted[0]!;
    const names = named.flatMap(({ same }) => (same[0]!.name === undefined ? [] : [same[0]!.name]));
    const rule = {
      apiGroups: [group],
      resources: [resourceText(granted[0]!)],
      ...(names.length === 0 ? {} : { resourceNames: names }),
      verbs: named[0]!.verbs,
    };
    return { rule, rights: granted };
  });
};

const resourceText = ({ resource, subresource }: { readonly resource: string; readonly subresource?: string | undefined }): string =>
  subresource === undefined ? resource : `${resource}/${subresource}`;

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const byVerb = (a: string, b: string): number => ((VERBS.indexOf(a) + 99) % 99) - ((VERBS.indexOf(b) + 99) % 99) || a.localeCompare(b);

/** Why a right is close to that of an administrator; undefined for one that is not. */
export const nearlyAdmin = (right: NeededRight): string | undefined => {
  const { verb, group, resource, subresource, namespace, name } = right;
  const writes = ['create', 'patch', 'update'].includes(verb);
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  if (group === RBAC) return ofRoles(right);
  if (subresource === 'exec') return 'runs commands in these pods, with all that they can reach';
  if (subresource !== undefined) return undefined;
  if (verb === 'approve') return 'approves client certificates for the hub, whatever name they bear';
  if (!writes) return resource === 'secrets' && namespace === undefined && name === undefined ? 'reads the Secrets of all namespaces' : undefined;
  if (resource === 'nodes') return 'can relabel nodes and so lead pods to them';
  if (RUN_PODS.includes(resource) && (resource !== 'pods' || verb === 'create'))
    return `can run what it likes ${where}, as any ServiceAccount there${namespace === 'kube-system' ? ' and on the network of a node' : ''}`;
  if (resource === 'manifestworks') return 'has the work agents of spokes apply what it says there';
  if (resource === 'clustermanagers' || resource === 'klusterlets') return 'chooses what runs as an agent of OCM, which may do nearly everything';
  if (resource.endsWith('webhookconfigurations')) return 'can see and change every write to the cluster';
  return resource === 'secrets' && namespace === undefined && name === undefined ? 'writes the Secrets of all namespaces' : undefined;
};

const RUN_PODS = ['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs'];

const ofRoles = ({ verb, resource, namespace, name }: NeededRight): string | undefined => {
  if ((verb !== 'escalate' && verb !== 'bind') || name !== undefined) return undefined;
  if (resource === 'roles') return `can give itself every right in namespace ${namespace ?? '(all)'}`;
  return `can ${verb === 'escalate' ? 'write itself' : 'bind itself to'} any role of the cluster: as good as administrator`;
};

/** Objects of one cluster, in the order in which they have to be applied; the roles and their bindings are called `role`. */
export const rolesFor = (
  rights: readonly NeededRight[],
  subject: Subject,
  role = ROLE,
): { readonly object: RoleObject; readonly of?: RulesOfPlace }[] => {
  const places = rulesOf(rights);
  const namespaces = [
    ...new Set([...(subject.kind === 'ServiceAccount' ? [subject.namespace] : []), ...places.map(({ namespace }) => namespace)]),
  ].filter((namespace) => namespace !== undefined && !THERE_ALREADY.includes(namespace));
  const { kind, name } = subject;
  const subjects = [kind === 'ServiceAccount' ? { kind, name, namespace: subject.namespace } : { apiGroup: RBAC, kind, name }];
  const account = kind === 'ServiceAccount' ? [{ object: { apiVersion: 'v1', kind, metadata: { name, namespace: subject.namespace } } }] : [];
  return [
    ...namespaces.map((namespace) => ({ object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace! } } })),
    ...account,
    ...places.flatMap((of) => {
      const metadata = { name: role, ...(of.namespace === undefined ? {} : { namespace: of.namespace }) };
      const kindOfRole = of.namespace === undefined ? 'ClusterRole' : 'Role';
      return [
        { object: { apiVersion: `${RBAC}/v1`, kind: kindOfRole, metadata, rules: of.rules.map(({ rule }) => rule) }, of },
        {
          object: {
            apiVersion: `${RBAC}/v1`,
            kind: `${kindOfRole}Binding`,
            metadata,
            roleRef: { apiGroup: RBAC, kind: kindOfRole, name: role },
            subjects,
          },
        },
      ];
    }),
  ];
};

export interface RoleObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const THERE_ALREADY = ['kube-system', 'kube-public', 'default'];
