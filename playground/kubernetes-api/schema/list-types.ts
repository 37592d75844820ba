import type { Schema } from './schema.ts';

/** A list merged by keys: server-side apply uses all of them, strategic merge patch the first unless said otherwise. */
const byKeys = (keys: readonly string[], patchKey = keys[0] ?? ''): Partial<Schema> => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  'x-kubernetes-patch-strategy': 'merge',
  'x-kubernetes-patch-merge-key': patchKey,
});
const set: Partial<Schema> = { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
const atomicMap: Partial<Schema> = { 'x-kubernetes-map-type': 'atomic' };
const quantities: Partial<Schema> = { additionalProperties: { 'x-kubernetes-int-or-string': true, format: 'quantity' } };
const conditions = byKeys(['type']);

/** Lists and maps of built-in kinds that are not atomic lists and merged maps: the markers of the published API (listType, mapType, patchStrategy). */
export const FIELD_MARKERS: Readonly<Record<string, Partial<Schema>>> = {
  'V1ObjectMeta.ownerReferences': byKeys(['uid']),
  'V1ObjectMeta.finalizers': set,
  'V1PodSpec.containers': byKeys(['name']),
  'V1PodSpec.initContainers': byKeys(['name']),
  'V1PodSpec.ephemeralContainers': byKeys(['name']),
  'V1PodSpec.volumes': { ...byKeys(['name']), 'x-kubernetes-patch-strategy': 'merge,retainKeys' },
  'V1PodSpec.imagePullSecrets': byKeys(['name']),
  'V1PodSpec.hostAliases': byKeys(['ip']),
  'V1PodSpec.schedulingGates': byKeys(['name']),
  'V1PodSpec.resourceClaims': { ...byKeys(['name']), 'x-kubernetes-patch-strategy': 'merge,retainKeys' },
  'V1PodSpec.topologySpreadConstraints': byKeys(['topologyKey', 'whenUnsatisfiable']),
  'V1PodSpec.nodeSelector': atomicMap,
  'V1PodSpec.overhead': quantities,
  'V1Container.env': byKeys(['name']),
  'V1Container.ports': byKeys(['containerPort', 'protocol']),
  'V1Container.volumeMounts': byKeys(['mountPath']),
  'V1Container.volumeDevices': byKeys(['devicePath']),
  'V1EphemeralContainer.env': byKeys(['name']),
  'V1EphemeralContainer.ports': byKeys(['containerPort', 'protocol']),
  'V1EphemeralContainer.volumeMounts': byKeys(['mountPath']),
  'V1ResourceRequirements.claims': byKeys(['name']),
  'V1ResourceRequirements.limits': quantities,
  'V1ResourceRequirements.requests': quantities,
  'V1VolumeResourceRequirements.limits': quantities,
  'V1VolumeResourceRequirements.requests': quantities,
  'V1EmptyDirVolumeSource.sizeLimit': { 'x-kubernetes-int-or-string': true, format: 'quantity' },
  'V1NodeStatus.capacity': quantities,
  'V1NodeStatus.allocatable': quantities,
  'V1PersistentVolumeSpec.capacity': quantities,
  'V1PersistentVolumeClaimStatus.capacity': quantities,
  'V1ResourceQuotaSpec.hard': quantities,
  'V1ResourceQuotaStatus.hard': quantities,
  'V1ResourceQuotaStatus.used': quantities,
  'V1LimitRangeSpec.limits': { 'x-kubernetes-list-type': 'atomic' },
  'V1LimitRangeItem.default': quantities,
  'V1LimitRangeItem.defaultRequest': quantities,
  'V1LimitRangeItem.max': quantities,
  'V1LimitRangeItem.min': quantities,
  'V1ServiceSpec.ports': byKeys(['port', 'protocol']),
  'V1ServiceSpec.selector': atomicMap,
  'V1ServiceStatus.conditions': conditions,
  'V1ServiceAccount.secrets': byKeys(['name']),
  'V1NodeSpec.podCIDRs': set,
  'V1NodeSpec.taints': { 'x-kubernetes-list-type': 'atomic' },
  'V1NodeStatus.addresses': byKeys(['type']),
  'V1NodeStatus.conditions': conditions,
  'V1NamespaceStatus.conditions': conditions,
  'V1PodStatus.conditions': conditions,
  'V1PodStatus.podIPs': byKeys(['ip']),
  'V1PersistentVolumeClaimStatus.conditions': conditions,
  'V1DeploymentSpec.strategy': { 'x-kubernetes-patch-strategy': 'retainKeys' },
  'V1DeploymentStatus.conditions': conditions,
  'V1ReplicaSetStatus.conditions': conditions,
  'V1StatefulSetStatus.conditions': conditions,
  'V1DaemonSetStatus.conditions': conditions,
  'V1JobStatus.conditions': { 'x-kubernetes-list-type': 'atomic', 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': 'type' },
  'V1PodDisruptionBudgetStatus.conditions': conditions,
  'V1CustomResourceDefinitionStatus.conditions': conditions,
  'V1CertificateSigningRequestStatus.conditions': { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
  'V1APIServiceStatus.conditions': conditions,
  'V1ValidatingWebhookConfiguration.webhooks': byKeys(['name']),
  'V1MutatingWebhookConfiguration.webhooks': byKeys(['name']),
  'V1ValidatingWebhook.matchConditions': byKeys(['name']),
  'V1MutatingWebhook.matchConditions': byKeys(['name']),
};

/** Structs that have one owner as a whole (mapType=atomic). */
export const ATOMIC_MODELS: ReadonlySet<string> = new Set([
  'V1LabelSelector',
  'V1ObjectReference',
  'V1LocalObjectReference',
  'V1TypedLocalObjectReference',
  'V1SecretReference',
  'V1SecretKeySelector',
  'V1ConfigMapKeySelector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1RoleRef',
  'RbacV1Subject',
  'V1OwnerReference',
  'V1ScopeSelector',
  'V1TopologySelectorTerm',
]);

/** Defaults of merge keys, which name an item that leaves them out. */
export const KEY_DEFAULTS: Readonly<Record<string, unknown>> = {
  'V1ContainerPort.protocol': 'TCP',
  'V1ServicePort.protocol': 'TCP',
};
