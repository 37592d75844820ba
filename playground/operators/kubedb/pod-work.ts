import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import { CLUSTER_ANNOTATION, MANIFEST_WORK, ROLE_LABEL } from './kinds.ts';
import type { DistributionRule } from './placement.ts';

const FEEDBACK = {
  PodPhase: '.status.phase',
  PodIP: '.status.podIP',
  ReadyCondition: ".status.conditions[?(@.type=='Ready')]",
  PodRoleLabel: '.metadata.labels.kubedb-role',
  NodeName: '.spec.nodeName',
};

/** How a work treats what it carries: forced server-side apply, leaving these paths to the spoke, and the values that come back. */
const config = (
  { group, resource }: { group: string; resource: string },
  { name, namespace }: { name: string; namespace: string },
  paths: Readonly<Record<string, string>>,
  ignored: readonly string[],
) => ({
  resourceIdentifier: { group, resource, name, namespace },
  feedbackRules: [{ type: 'JSONPaths', jsonPaths: Object.entries(paths).map(([key, path]) => ({ name: key, path })) }],
  updateStrategy: {
    type: 'ServerSideApply',
    serverSideApply: { force: true, ignoreFields: [{ condition: 'OnSpokePresent', jsonPaths: [...ignored] }] },
  },
});

/** ManifestWork of one pod, named like the pod: names hold no namespace, so that two databases of one name collide. */
export const podWork = (petSet: Mutable, index: number, rule: DistributionRule, policy: Mutable): Manifest => {
  const { name: set, namespace = '' } = petSet.metadata;
  const name = `${set}-${index}`;
  const { template } = petSet.spec;
  const labels = {
    ...template.metadata?.labels,
    'apps.kubernetes.io/pod-index': String(index),
    'statefulset.kubernetes.io/pod-name': name,
    'controller-revision-hash': `${set}-1`,
  };
  const claims = (petSet.spec.volumeClaimTemplates ?? []).map(({ metadata }: any) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
  }));
  const affinity = spread(policy, petSet.spec.selector?.matchLabels ?? {});
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations: { [CLUSTER_ANNOTATION]: rule.clusterName } },
    spec: {
      ...template.spec,
      hostname: name,
      subdomain: petSet.spec.serviceName,
      volumes: [...(template.spec.volumes ?? []), ...claims],
      ...(affinity === undefined ? {} : { affinity }),
    },
  };
  return {
    ...MANIFEST_WORK,
    metadata: { name, namespace: rule.clusterName, labels: { ...labels, [ROLE_LABEL]: 'pod' } },
    spec: {
      workload: { manifests: [pod] },
      manifestConfigs: [config({ group: '', resource: 'pods' }, { name, namespace }, FEEDBACK, ['$.metadata.labels'])],
    },
  };
};

/** ManifestWork of one volume claim; it carries only the selector's labels. The rule's storage class wins, none leaves the spoke's default. */
export const claimWork = (petSet: Mutable, claim: any, index: number, rule: DistributionRule): Manifest => {
  const { name: set, namespace = '' } = petSet.metadata;
  const name = `${claim.metadata.name}-${set}-${index}`;
  const labels = petSet.spec.selector?.matchLabels ?? {};
  const object = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, labels, annotations: { [CLUSTER_ANNOTATION]: rule.clusterName } },
    spec: { ...claim.spec, ...(rule.storageClassName === undefined ? {} : { storageClassName: rule.storageClassName }) },
  };
  return {
    ...MANIFEST_WORK,
    metadata: { name, namespace: rule.clusterName, labels: { ...labels, [ROLE_LABEL]: 'pvc' } },
    spec: {
      workload: { manifests: [object] },
      manifestConfigs: [
        config({ group: '', resource: 'persistentvolumeclaims' }, { name, namespace }, { Capacity: '.status.capacity.storage' }, [
          '$.spec.volumeName',
          '$.spec.storageClassName',
        ]),
      ],
    },
  };
};

/** DoNotSchedule becomes a required anti-affinity: a second replica on a one-node cluster then stays pending. */
const spread = ({ spec }: Mutable, matchLabels: Record<string, string>): Record<string, unknown> | undefined => {
  const required = (
    [
      [spec?.nodeSpreadConstraint, 'kubernetes.io/hostname'],
      [spec?.zoneSpreadConstraint, 'topology.kubernetes.io/zone'],
    ] as const
  )
    .filter(([constraint]) => constraint?.whenUnsatisfiable === 'DoNotSchedule')
    .map(([, topologyKey]) => ({ labelSelector: { matchLabels }, topologyKey }));
  return required.length === 0 ? undefined : { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
};
