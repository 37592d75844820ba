import { isFields, type Fields } from '../object.ts';
import { fill, podSpecDefaults } from './pod-defaults.ts';

type Defaults = (object: Fields) => void;

const specOf = (object: Fields): Fields => {
  if (!isFields(object['spec'])) object['spec'] = {};
  return object['spec'];
};
const templateDefaults = (spec: Fields): void => {
  const podSpec: unknown = spec['template']?.spec;
  if (isFields(podSpec)) podSpecDefaults(podSpec);
};

const deployment: Defaults = (object) => {
  const spec = specOf(object);
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
  fill(spec['strategy'], { type: 'RollingUpdate' });
  if (spec['strategy'].type === 'RollingUpdate') {
    fill(spec['strategy'], { rollingUpdate: {} });
    fill(spec['strategy'].rollingUpdate, { maxUnavailable: '25%', maxSurge: '25%' });
  }
  templateDefaults(spec);
};

const statefulSet: Defaults = (object) => {
  const spec = specOf(object);
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', updateStrategy: {} });
  fill(spec['updateStrategy'], { type: 'RollingUpdate' });
  if (spec['updateStrategy'].type === 'RollingUpdate') fill(spec['updateStrategy'], { rollingUpdate: { partition: 0 } });
  fill(spec, { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } });
  for (const claim of spec['volumeClaimTemplates'] ?? []) {
    fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    if (isFields(claim.spec)) fill(claim.spec, { volumeMode: 'Filesystem' });
    fill(claim, { status: { phase: 'Pending' } });
  }
  templateDefaults(spec);
};

const daemonSet: Defaults = (object) => {
  const spec = specOf(object);
  fill(spec, { revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } });
  templateDefaults(spec);
};

const jobSpecDefaults = (spec: Fields): void => {
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  fill(spec, {
    parallelism: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  });
  templateDefaults(spec);
};

const service: Defaults = (object) => {
  const spec = specOf(object);
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  if (spec['type'] !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer') fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec['type'] === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  for (const port of spec['ports'] ?? []) {
    fill(port, { protocol: 'TCP' });
    fill(port, { targetPort: port.port });
  }
};

const webhookConfiguration =
  (more: Fields): Defaults =>
  (object) => {
    for (const webhook of object['webhooks'] ?? []) {
      fill(webhook, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10, ...more });
      if (isFields(webhook.clientConfig?.service)) fill(webhook.clientConfig.service, { port: 443 });
      for (const rule of webhook.rules ?? []) fill(rule, { scope: '*' });
    }
  };

const roleRef: Defaults = (object) => {
  if (isFields(object['roleRef'])) fill(object['roleRef'], { apiGroup: 'rbac.authorization.k8s.io' });
  for (const subject of object['subjects'] ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') fill(subject, { apiGroup: 'rbac.authorization.k8s.io' });
};

const customResourceDefinition: Defaults = (object) => {
  const spec = specOf(object);
  if (isFields(spec['names']))
    fill(spec['names'], { singular: String(spec['names']['kind'] ?? '').toLowerCase(), listKind: `${String(spec['names']['kind'] ?? '')}List` });
  fill(spec, { conversion: { strategy: 'None' } });
};

const DEFAULTS: Readonly<Record<string, Defaults>> = {
  Deployment: deployment,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  ReplicaSet(object) {
    fill(specOf(object), { replicas: 1 });
    templateDefaults(specOf(object));
  },
  Pod(object) {
    podSpecDefaults(specOf(object));
    fill(specOf(object), { enableServiceLinks: true });
  },
  Job: (object) => jobSpecDefaults(specOf(object)),
  CronJob(object) {
    const spec = specOf(object);
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    templateDefaults(spec['jobTemplate']?.spec ?? {});
  },
  Service: service,
  Secret: (object) => fill(object, { type: 'Opaque' }),
  Namespace(object) {
    fill(specOf(object), { finalizers: ['kubernetes'] });
  },
  PersistentVolumeClaim: (object) => fill(specOf(object), { volumeMode: 'Filesystem' }),
  PersistentVolume: (object) => fill(specOf(object), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
  StorageClass: (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  ClusterRoleBinding: roleRef,
  RoleBinding: roleRef,
  ValidatingWebhookConfiguration: webhookConfiguration({}),
  MutatingWebhookConfiguration: webhookConfiguration({ reinvocationPolicy: 'Never' }),
  CustomResourceDefinition: customResourceDefinition,
  PriorityClass: (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
};

/** Defaults of a built-in kind, as far as clients can tell. Filled in after a patch or an apply, so that they belong to nobody. */
export const defaultsOf = (kind: string): Defaults | undefined => DEFAULTS[kind];
