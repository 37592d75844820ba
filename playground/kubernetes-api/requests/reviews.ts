import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, fieldInvalid, invalid, notFound } from '../errors.ts';
import type { Fields } from '../object.ts';
import { timestamp } from '../object.ts';
import type { UserInfo } from '../auth/authentication.ts';

/** Answers to objects that are questions: who am I, may I, whose token is this. Every user may do everything. */
export const answerReview = ({ authentication }: Cluster, { type, user, apiVersion }: Call, fields: Fields): Fields => {
  const question = { ...fields, kind: type.kind, apiVersion, metadata: { ...(fields['metadata'] as Fields | undefined), creationTimestamp: null } };
  if (type.kind === 'SelfSubjectReview') return { ...question, status: { userInfo: userFields(user) } };
  if (type.kind === 'SelfSubjectRulesReview')
    return {
      ...question,
      status: {
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        incomplete: false,
      },
    };
  if (type.kind === 'TokenReview') {
    const found = authentication.identifyToken(String(fields['spec']?.token ?? ''));
    return {
      ...question,
      status: found === undefined ? { user: {}, error: '[invalid bearer token]' } : { authenticated: true, user: userFields(found) },
    };
  }
  if (fields['spec']?.resourceAttributes === undefined && fields['spec']?.nonResourceAttributes === undefined)
    throw invalid(type, '', [
      fieldInvalid('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
    ]);
  return { ...question, status: { allowed: true, reason: 'the playground allows everything to those it knows' } };
};

const userFields = ({ username, uid, groups }: UserInfo): Fields => ({ username, ...(uid === undefined ? {} : { uid }), groups: [...groups] });

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
