/** How a field is read. A message is its fields by number (generated.proto of k8s.io/api and k8s.io/apimachinery). */
export type FieldType =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int'
  | 'time'
  | { readonly map: FieldType }
  | { readonly repeated: FieldType }
  | { readonly message: Message };
export type Message = Readonly<Record<number, readonly [name: string, type: FieldType]>>;

const repeated = (type: FieldType): FieldType => ({ repeated: type });
const strings = repeated('string');
const map = (type: FieldType): FieldType => ({ map: type });
const nested = (message: Message): FieldType => ({ message });

const ownerReference: Message = {
  1: ['kind', 'string'],
  3: ['name', 'string'],
  4: ['uid', 'string'],
  5: ['apiVersion', 'string'],
  6: ['controller', 'bool'],
  7: ['blockOwnerDeletion', 'bool'],
};
const metadata = nested({
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  5: ['uid', 'string'],
  6: ['resourceVersion', 'string'],
  7: ['generation', 'int'],
  8: ['creationTimestamp', 'time'],
  11: ['labels', map('string')],
  12: ['annotations', map('string')],
  13: ['ownerReferences', repeated(nested(ownerReference))],
  14: ['finalizers', strings],
});
const localReference = nested({ 1: ['name', 'string'] });
const objectReference = nested({
  1: ['kind', 'string'],
  2: ['namespace', 'string'],
  3: ['name', 'string'],
  4: ['uid', 'string'],
  5: ['apiVersion', 'string'],
  6: ['resourceVersion', 'string'],
  7: ['fieldPath', 'string'],
});
const policyRule = nested({
  1: ['verbs', strings],
  2: ['apiGroups', strings],
  3: ['resources', strings],
  4: ['resourceNames', strings],
  5: ['nonResourceURLs', strings],
});
const subject = nested({ 1: ['kind', 'string'], 2: ['apiGroup', 'string'], 3: ['name', 'string'], 4: ['namespace', 'string'] });
const roleRef = nested({ 1: ['apiGroup', 'string'], 2: ['kind', 'string'], 3: ['name', 'string'] });
const roleBinding: Message = { 1: ['metadata', metadata], 2: ['subjects', repeated(subject)], 3: ['roleRef', roleRef] };
const role: Message = { 1: ['metadata', metadata], 2: ['rules', repeated(policyRule)] };
const resourceAttributes = nested({
  1: ['namespace', 'string'],
  2: ['verb', 'string'],
  3: ['group', 'string'],
  4: ['version', 'string'],
  5: ['resource', 'string'],
  6: ['subresource', 'string'],
  7: ['name', 'string'],
});
const nonResourceAttributes = nested({ 1: ['path', 'string'], 2: ['verb', 'string'] });

/** Kinds that typed Go callers (kubectl create, auth and token; helm's release storage) send as protobuf. */
export const MESSAGES: Readonly<Record<string, Message>> = {
  Namespace: { 1: ['metadata', metadata], 2: ['spec', nested({ 1: ['finalizers', strings] })], 3: ['status', nested({ 1: ['phase', 'string'] })] },
  Secret: { 1: ['metadata', metadata], 2: ['data', map('bytes')], 3: ['type', 'string'], 4: ['stringData', map('string')], 5: ['immutable', 'bool'] },
  ConfigMap: { 1: ['metadata', metadata], 2: ['data', map('string')], 3: ['binaryData', map('bytes')], 4: ['immutable', 'bool'] },
  ServiceAccount: {
    1: ['metadata', metadata],
    2: ['secrets', repeated(objectReference)],
    3: ['imagePullSecrets', repeated(localReference)],
    4: ['automountServiceAccountToken', 'bool'],
  },
  Role: role,
  ClusterRole: role,
  RoleBinding: roleBinding,
  ClusterRoleBinding: roleBinding,
  SelfSubjectReview: { 1: ['metadata', metadata] },
  SelfSubjectAccessReview: {
    1: ['metadata', metadata],
    2: ['spec', nested({ 1: ['resourceAttributes', resourceAttributes], 2: ['nonResourceAttributes', nonResourceAttributes] })],
  },
  SelfSubjectRulesReview: { 1: ['metadata', metadata], 2: ['spec', nested({ 1: ['namespace', 'string'] })] },
  TokenRequest: {
    1: ['metadata', metadata],
    2: [
      'spec',
      nested({
        1: ['audiences', strings],
        3: ['boundObjectRef', nested({ 1: ['kind', 'string'], 2: ['apiVersion', 'string'], 3: ['name', 'string'], 4: ['uid', 'string'] })],
        4: ['expirationSeconds', 'int'],
      }),
    ],
  },
  DeleteOptions: {
    1: ['gracePeriodSeconds', 'int'],
    2: ['preconditions', nested({ 1: ['uid', 'string'], 2: ['resourceVersion', 'string'] })],
    3: ['orphanDependents', 'bool'],
    4: ['propagationPolicy', 'string'],
    5: ['dryRun', strings],
  },
};
