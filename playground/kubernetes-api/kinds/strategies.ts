import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../errors.ts';
import { equal, isFields, type ApiObject, type Fields } from '../object.ts';
import { objectLabelSelector } from '../selectors.ts';
import { customResourceDefinitionStrategy } from './definition-strategy.ts';
import type { Strategy, StrategyContext } from './strategy.ts';
import { claimFaults, containerFaults, servicePortFaults, signingRequestFaults, tlsFaults } from './workload-faults.ts';

const selectorFaults = (object: ApiObject, previous: ApiObject | undefined): FieldError[] => {
  const spec = object['spec'] as Fields;
  const labels: Record<string, string> = spec['template']?.metadata?.labels ?? {};
  return [
    ...(isFields(spec['selector']) && !objectLabelSelector(spec['selector'])(labels)
      ? [fieldInvalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]
      : []),
    ...(previous !== undefined && !equal(previous['spec'].selector, spec['selector'])
      ? [fieldInvalid('spec.selector', spec['selector'], 'field is immutable')]
      : []),
    ...containerFaults(spec['template']?.spec, 'spec.template.spec'),
  ];
};

const CHANGEABLE_OF_STATEFUL_SETS = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const statefulSetFaults = (object: ApiObject, previous: ApiObject | undefined): FieldError[] => {
  if (previous === undefined) return selectorFaults(object, previous);
  const frozen = (spec: Fields): Fields => Object.fromEntries(Object.entries(spec).filter(([name]) => !CHANGEABLE_OF_STATEFUL_SETS.includes(name)));
  return equal(frozen(object['spec'] as Fields), frozen(previous['spec'] as Fields))
    ? []
    : [
        fieldForbidden(
          'spec',
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      ];
};

const allocate = (object: ApiObject, { addresses }: StrategyContext): void => {
  const spec = object['spec'] as Fields;
  if (spec['type'] === 'ExternalName') return;
  if (spec['clusterIP'] === undefined || spec['clusterIP'] === '') spec['clusterIP'] = addresses.clusterIp();
  spec['clusterIPs'] ??= [spec['clusterIP']];
  spec['ipFamilies'] ??= ['IPv4'];
  spec['ipFamilyPolicy'] ??= 'SingleStack';
  if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer') for (const port of spec['ports'] ?? []) port.nodePort ??= addresses.nodePort();
};

const immutableData = (object: ApiObject, previous: ApiObject | undefined): FieldError[] =>
  previous?.['immutable'] === true && (!equal(object['data'], previous['data']) || object['immutable'] !== true)
    ? [fieldForbidden('data', 'field is immutable when `immutable` is set')]
    : [];

/** Of all values of a ConfigMap (core.MaxSecretSize). */
const MAX_DATA_BYTES = 2 ** 20;

/** The path of the whole object is written as [] and no name. */
const dataTooLarge = (object: ApiObject): FieldError[] => {
  const bytes = (field: string, encoding: BufferEncoding): number =>
    Object.values((object[field] ?? {}) as Fields).reduce((sum, value) => sum + Buffer.byteLength(String(value), encoding), 0);
  return bytes('data', 'utf8') + bytes('binaryData', 'base64') > MAX_DATA_BYTES ? [fieldTooLong('[]', MAX_DATA_BYTES)] : [];
};

const mergeStringData = (object: ApiObject): void => {
  if (!isFields(object['stringData'])) return;
  const encoded = Object.entries(object['stringData']).map(([name, value]) => [name, Buffer.from(String(value)).toString('base64')] as const);
  object['data'] = { ...(object['data'] as Fields | undefined), ...Object.fromEntries(encoded) };
  delete object['stringData'];
};

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  Namespace: {
    create(object) {
      object['status'] = { phase: 'Active' };
      object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
    },
    update(next, previous) {
      next['spec'] = { ...(next['spec'] as Fields | undefined), finalizers: previous['spec']?.finalizers };
      next.metadata.labels = { ...next.metadata.labels, 'kubernetes.io/metadata.name': next.metadata.name };
    },
  },
  Pod: {
    create(object) {
      object['status'] = { phase: 'Pending', qosClass: 'BestEffort' };
      object['spec'].serviceAccountName ??= 'default';
      object['spec'].serviceAccount ??= object['spec'].serviceAccountName;
    },
    validate: (object) => containerFaults(object['spec'], 'spec'),
  },
  Service: {
    create(object, context) {
      allocate(object, context);
      object['status'] = { loadBalancer: {} };
    },
    update(next, previous, context) {
      const spec = next['spec'] as Fields;
      if (spec['type'] !== 'ExternalName')
        for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) spec[field] ??= previous['spec'][field];
      allocate(next, context);
    },
    validate: (object, previous) => [
      ...servicePortFaults(object),
      ...(previous !== undefined &&
      previous['spec'].clusterIP &&
      previous['spec'].type !== 'ExternalName' &&
      object['spec'].clusterIP !== previous['spec'].clusterIP
        ? [fieldInvalid('spec.clusterIPs[0]', [object['spec'].clusterIP], 'may not change once set')]
        : []),
    ],
  },
  Secret: {
    create: mergeStringData,
    update: mergeStringData,
    validate: (object, previous) => [
      ...(previous !== undefined && previous['type'] !== object['type'] ? [fieldInvalid('type', object['type'], 'field is immutable')] : []),
      ...immutableData(object, previous),
      ...tlsFaults(object),
    ],
  },
  ConfigMap: { validate: (object, previous) => [...immutableData(object, previous), ...dataTooLarge(object)] },
  Deployment: { create: emptyStatus, validate: selectorFaults },
  ReplicaSet: { create: (object) => (object['status'] = { replicas: 0 }), validate: selectorFaults },
  DaemonSet: {
    create: (object) => (object['status'] = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 }),
    validate: selectorFaults,
  },
  StatefulSet: { create: (object) => (object['status'] = { replicas: 0, availableReplicas: 0 }), validate: statefulSetFaults },
  Job: {
    create(object) {
      emptyStatus(object);
      const { uid = '', name } = object.metadata;
      const spec = object['spec'] as Fields;
      if (spec['manualSelector'] === true) return;
      const identity = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
      spec['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
      if (!isFields(spec['template'])) return;
      spec['template']['metadata'] = { ...spec['template']['metadata'], labels: { ...spec['template']['metadata']?.labels, ...identity } };
    },
    validate(object, previous) {
      if (previous === undefined) return [];
      const [spec, before] = [object['spec'] as Fields, previous['spec'] as Fields];
      return [
        ...(spec['selector'] === undefined ? [fieldRequired('spec.selector', '')] : []),
        ...['selector', 'template'].flatMap((field) =>
          equal(spec[field], before[field]) ? [] : [fieldInvalid(`spec.${field}`, spec[field] ?? null, 'field is immutable')],
        ),
      ];
    },
  },
  CronJob: { create: emptyStatus },
  PersistentVolumeClaim: { create: (object) => (object['status'] = { phase: 'Pending' }), validate: claimFaults },
  PersistentVolume: { create: (object) => (object['status'] = { phase: 'Pending' }) },
  PodDisruptionBudget: { create: (object) => (object['status'] = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }) },
  CertificateSigningRequest: {
    // Who asks is what the server knows of the caller, whatever the object says.
    create(object, { user: { username, uid, groups, extra } }) {
      const { uid: _uid, extra: _extra, ...spec } = object['spec'] as Fields;
      object['spec'] = { ...spec, username, groups: [...groups], ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
      object['status'] = {};
    },
    update(next, previous) {
      next['spec'] = previous['spec'] as unknown;
    },
    validate: signingRequestFaults,
  },
  RoleBinding: { validate: roleRefFaults },
  ClusterRoleBinding: { validate: roleRefFaults },
  CustomResourceDefinition: customResourceDefinitionStrategy,
};

function emptyStatus(object: ApiObject): void {
  object['status'] = {};
}

function roleRefFaults(object: ApiObject, previous: ApiObject | undefined): FieldError[] {
  return previous !== undefined && !equal(previous['roleRef'], object['roleRef'])
    ? [fieldInvalid('roleRef', object['roleRef'], 'cannot change roleRef')]
    : [];
}

/** The rules of a built-in kind; undefined when it has none of its own. */
export const strategyOf = (kind: string): Strategy | undefined => STRATEGIES[kind];
