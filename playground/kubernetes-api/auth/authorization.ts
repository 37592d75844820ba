import { forbiddenTo } from '../errors.ts';
import type { ApiObject } from '../object.ts';
import type { Store } from '../store/store.ts';
import type { UserInfo } from './authentication.ts';
import { ruleAllows, rulesIn, type PolicyRule } from './policy-rules.ts';
import type { Attributes } from './request-attributes.ts';

export interface Decision {
  readonly allowed: boolean;
  /** In the words of the real authorizer; empty where it has none. */
  readonly reason: string;
}

/** Says who may do what, by the roles and bindings in the store. */
export interface Authorization {
  decide(user: UserInfo, asked: Attributes): Decision;
  /** The same, told to whoever observes the cluster. */
  note(user: UserInfo, asked: Attributes): Decision;
  /** Throws 403 in the words of the real server. */
  demand(user: UserInfo, asked: Attributes): void;
  /** Rules that a user has in a namespace; undefined: everywhere. */
  rulesOf(user: UserInfo, namespace: string | undefined): readonly PolicyRule[];
  /** Rules of a role that a binding names, undefined when it is missing. */
  rulesOfRole(ref: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined;
}

export interface RoleRef {
  readonly kind: string;
  readonly name: string;
}
interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

const RBAC = 'rbac.authorization.k8s.io';
/** Members are let through before any rule is looked at. */
export const MASTERS = 'system:masters';

export const createAuthorization = (store: Store, told: (user: UserInfo, asked: Attributes, allowed: boolean) => void): Authorization => {
  const list = (plural: string, namespace?: string): ApiObject[] => store.list({ group: RBAC, plural }, namespace);
  const rulesOfRole = ({ kind, name }: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined => {
    const role =
      kind === 'ClusterRole'
        ? store.get({ group: RBAC, plural: 'clusterroles' }, undefined, name)
        : store.get({ group: RBAC, plural: 'roles' }, namespace, name);
    return role === undefined ? undefined : rulesIn(role);
  };
  /** Bindings that hold in the namespace, those of the cluster first, with what they grant. */
  const grants = function* (user: UserInfo, namespace: string | undefined) {
    const bindings = [...list('clusterrolebindings'), ...(namespace === undefined ? [] : list('rolebindings', namespace))];
    for (const binding of bindings) {
      const subject = ((binding['subjects'] ?? []) as Subject[]).find((one) => isMeant(one, user, binding.metadata.namespace));
      if (subject === undefined) continue;
      const ref = binding['roleRef'] as RoleRef;
      yield { binding, subject, ref, rules: rulesOfRole(ref, binding.metadata.namespace) };
    }
  };
  const decide = (user: UserInfo, asked: Attributes): Decision => {
    if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
    const missing: string[] = [];
    for (const { binding, subject, ref, rules } of grants(user, 'path' in asked ? undefined : asked.namespace)) {
      if (rules === undefined) missing.push(`${ref.kind.toLowerCase()}.${RBAC} ${JSON.stringify(ref.name)} not found`);
      else if (rules.some((rule) => ruleAllows(rule, asked))) return { allowed: true, reason: grantedBy(binding, ref, subject) };
    }
    const [first] = missing;
    if (first === undefined) return { allowed: false, reason: '' };
    return { allowed: false, reason: `RBAC: ${missing.length === 1 ? first : `[${missing.join(', ')}]`}` };
  };
  const note = (user: UserInfo, asked: Attributes): Decision => {
    const decision = decide(user, asked);
    told(user, asked, decision.allowed);
    return decision;
  };
  return {
    decide,
    note,
    demand(user, asked) {
      const { allowed, reason } = note(user, asked);
      if (!allowed) throw forbiddenTo(user.username, asked, reason);
    },
    rulesOf: (user, namespace) => [...grants(user, namespace)].flatMap(({ rules }) => rules ?? []),
    rulesOfRole,
  };
};

const isMeant = ({ kind, name, namespace }: Subject, user: UserInfo, ofBinding: string | undefined): boolean => {
  if (kind === 'User') return name === user.username;
  if (kind === 'Group') return user.groups.includes(name);
  return kind === 'ServiceAccount' && user.username === `system:serviceaccount:${namespace ?? ofBinding ?? ''}:${name}`;
};

const grantedBy = (
  { kind, metadata: { name, namespace } }: ApiObject,
  role: RoleRef,
  { kind: of, name: whom, namespace: where }: Subject,
): string => {
  const binding = namespace === undefined ? name : `${name}/${namespace}`;
  const subject = of === 'ServiceAccount' ? `${whom}/${where ?? namespace ?? ''}` : whom;
  return `RBAC: allowed by ${kind} ${JSON.stringify(binding)} of ${role.kind} ${JSON.stringify(role.name)} to ${of} ${JSON.stringify(subject)}`;
};
