import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, fieldInvalid, invalid, notFound } from '../errors.ts';
import type { Fields } from '../object.ts';
import { timestamp } from '../object.ts';
import type { UserInfo } from '../auth/authentication.ts';
import { MASTERS, type Authorization } from '../auth/authorization.ts';
import type { Attributes } from '../auth/request-attributes.ts';
import type { PolicyRule } from '../auth/policy-rules.ts';

/** Answers to objects that are questions: who am I, may I, whose token is this. */
export const answerReview = ({ authentication, authorization }: Cluster, { type, user, apiVersion }: Call, fields: Fields): Fields => {
  const question = { ...fields, kind: type.kind, apiVersion, metadata: { ...(fields['metadata'] as Fields | undefined), creationTimestamp: null } };
  if (type.kind === 'SelfSubjectReview') return { ...question, status: { userInfo: userFields(user) } };
  if (type.kind === 'SelfSubjectRulesReview') return { ...question, status: rulesStatus(authorization, user, fields['spec']?.namespace) };
  if (type.kind === 'TokenReview') {
    const found = authentication.identifyToken(String(fields['spec']?.token ?? ''));
    return {
      ...question,
      status: found === undefined ? { user: {}, error: '[invalid bearer token]' } : { authenticated: true, user: userFields(found) },
    };
  }
  const spec = (fields['spec'] ?? {}) as Fields;
  const asked = attributesIn(spec);
  if (asked === undefined)
    throw invalid(type, '', [
      fieldInvalid('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
    ]);
  const { allowed, reason } = authorization.decide(type.kind === 'SubjectAccessReview' ? subjectOf(spec) : user, asked);
  return { ...question, status: { allowed, ...(reason === '' ? {} : { reason }) } };
};

/** An empty field means all: only a rule with '*' answers it. */
const attributesIn = ({ resourceAttributes: resource, nonResourceAttributes: path }: Fields): Attributes | undefined => {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const given = (value: unknown): string | undefined => (text(value) === '' ? undefined : text(value));
  if (resource !== undefined)
    return {
      verb: text(resource.verb),
      group: text(resource.group),
      resource: text(resource.resource),
      subresource: given(resource.subresource),
      namespace: given(resource.namespace),
      name: given(resource.name),
    };
  return path === undefined ? undefined : { verb: text(path.verb), path: text(path.path) };
};

const subjectOf = ({ user, uid, groups }: Fields): UserInfo => ({
  username: String(user ?? ''),
  groups: (groups ?? []) as string[],
  ...(uid === undefined ? {} : { uid: String(uid) }),
});

const rulesStatus = (authorization: Authorization, user: UserInfo, namespace: unknown): Fields => {
  const all: PolicyRule[] = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  const rules = user.groups.includes(MASTERS) ? all : authorization.rulesOf(user, typeof namespace === 'string' ? namespace : undefined);
  return {
    resourceRules: rules.filter(({ resources }) => resources !== undefined),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined),
    incomplete: false,
  };
};

const userFields = ({ username, uid, groups, extra }: UserInfo): Fields => ({
  username,
  ...(uid === undefined ? {} : { uid }),
  groups: [...groups],
  ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
});

/** Bounds of the real server for the life of a token. */
const TOKEN_SECONDS = { least: 600, most: 2 ** 32, usual: 3600 };

/** TokenRequest of a ServiceAccount. */
export const requestToken = ({ store, authentication }: Cluster, { type, namespace, name = '' }: Call, fields: Fields): Fields => {
  const account = store.get(type, namespace, name);
  if (account === undefined) throw notFound(type, name);
  const spec = (fields['spec'] ?? {}) as { expirationSeconds?: number; audiences?: string[]; boundObjectRef?: unknown };
  const seconds = spec.expirationSeconds ?? TOKEN_SECONDS.usual;
  if (typeof seconds !== 'number')
    throw badRequest('json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64');
  const about = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
  if (seconds < TOKEN_SECONDS.least)
    throw invalid(about, '', [fieldInvalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes')]);
  if (seconds > TOKEN_SECONDS.most)
    throw invalid(about, '', [fieldInvalid('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds')]);
  const expires = new Date(Date.now() + seconds * 1000);
  const token = authentication.issue(account, {
    expires,
    audiences: spec.audiences ?? [],
    ...(spec.boundObjectRef === undefined ? {} : { boundTo: spec.boundObjectRef }),
  });
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp() },
    spec: {
      audiences: spec.audiences ?? ['https://kubernetes.default.svc.cluster.local'],
      expirationSeconds: seconds,
      boundObjectRef: spec.boundObjectRef ?? null,
    },
    status: { token, expirationTimestamp: timestamp(expires) },
  };
};
