import type { Call } from '../call.ts';
import { forbidden, notFound } from '../errors.ts';
import { equal, type ApiObject } from '../object.ts';
import { MASTERS, type Authorization, type RoleRef } from './authorization.ts';
import { rulesBeyond, rulesIn, shownRule, type PolicyRule } from './policy-rules.ts';

const RBAC = 'rbac.authorization.k8s.io';
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Nobody grants what they do not have: throws 403 for a role with rules beyond the writer's own unless they may `escalate` it, for a binding to such a
 * role unless they may `bind` it, for the approval or the signing of a certificate request whose signer they may not answer for.
 */
export const checkEscalation = (authorization: Authorization, call: Call, object: ApiObject, previous: ApiObject | undefined): void => {
  const { type, user, subresource } = call;
  if (type.group === 'certificates.k8s.io') return checkSigner(authorization, call, object);
  if (type.group !== RBAC || subresource !== undefined || user.groups.includes(MASTERS)) return;
  if (type.plural === 'clusterroles' || type.plural === 'roles') checkRole(authorization, call, object, previous);
  else checkBinding(authorization, call, object, previous);
};

const checkRole = (authorization: Authorization, { type, user, namespace }: Call, object: ApiObject, previous: ApiObject | undefined): void => {
  const isUnchanged =
    previous !== undefined &&
    equal(rulesIn(object), rulesIn(previous)) &&
    equal(object['aggregationRule'] ?? null, previous['aggregationRule'] ?? null);
  if (isUnchanged) return;
  const { name } = object.metadata;
  if (authorization.note(user, { verb: 'escalate', group: RBAC, resource: type.plural, subresource: undefined, namespace, name }).allowed) return;
  const held = authorization.rulesOf(user, namespace);
  demandNone(rulesBeyond(held, rulesIn(object)), { type, user }, name);
  if (object['aggregationRule'] !== undefined && rulesBeyond(held, EVERYTHING).length > 0)
    throw forbidden(type, name, 'must have cluster-admin privileges to use an aggregationRule');
};

const checkBinding = (authorization: Authorization, { type, user, namespace }: Call, object: ApiObject, previous: ApiObject | undefined): void => {
  if (previous !== undefined && equal(object['subjects'] ?? [], previous['subjects'] ?? [])) return;
  const ref = object['roleRef'] as RoleRef;
  const resource = ref.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (authorization.note(user, { verb: 'bind', group: RBAC, resource, subresource: undefined, namespace, name: ref.name }).allowed) return;
  const rules = authorization.rulesOfRole(ref, namespace);
  if (rules === undefined) throw notFound({ group: RBAC, plural: resource }, ref.name);
  demandNone(rulesBeyond(authorization.rulesOf(user, namespace), rules), { type, user }, object.metadata.name);
};

const demandNone = (beyond: readonly PolicyRule[], { type, user }: Pick<Call, 'type' | 'user'>, name: string): void => {
  if (beyond.length === 0) return;
  const groups = `[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]`;
  throw forbidden(
    type,
    name,
    `user ${JSON.stringify(user.username)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${compact(beyond).map(shownRule).join('\n')}`,
  );
};

/** The real server puts the verbs of one resource together. */
const compact = (rules: readonly PolicyRule[]): PolicyRule[] => {
  const keyOf = (rule: PolicyRule): string => JSON.stringify({ ...rule, verbs: [] });
  return [...Map.groupBy(rules, keyOf).values()].map((same) => ({ ...same[0], verbs: same.flatMap(({ verbs = [] }) => verbs) }));
};

const checkSigner = (authorization: Authorization, { type, user, subresource }: Call, object: ApiObject): void => {
  const asked =
    subresource === 'approval' ? { verb: 'approve', told: 'approve' } : subresource === 'status' ? { verb: 'sign', told: 'sign' } : undefined;
  if (asked === undefined) return;
  const signer = String(object['spec']?.signerName ?? '');
  const names = [signer, `${signer.split('/')[0] ?? ''}/*`];
  const may = (name: string): boolean =>
    authorization.note(user, { verb: asked.verb, group: type.group, resource: 'signers', subresource: undefined, namespace: undefined, name })
      .allowed;
  if (!names.some(may))
    throw forbidden(type, object.metadata.name, `user not permitted to ${asked.told} requests with signerName ${JSON.stringify(signer)}`);
};
