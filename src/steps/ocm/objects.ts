import { z } from 'zod';
import type { ObjectRef } from '../../kube-api/objects.ts';
import { conditions } from '../kube/conditions.ts';
import { count, flag, list, maybeCount, maybeText, objectMeta, part, text } from '../kube/lenient.ts';

/** Where OCM keeps its parts. */
export const OPERATOR_NAMESPACE = 'open-cluster-management';
export const HUB_NAMESPACE = 'open-cluster-management-hub';
export const AGENT_NAMESPACE = 'open-cluster-management-agent';

export const CLUSTER_MANAGER = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'ClusterManager', name: 'cluster-manager' } as const;
export const KLUSTERLET = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'Klusterlet', name: 'klusterlet' } as const;
export const managedClusterRef = (name: string): ObjectRef => ({ apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster', name });

/** Of objects that pgdist changes: no write without the version that it read. */
const merged = z
  .looseObject({ resourceVersion: z.string() })
  .transform((read) => ({ ...objectMeta.parse(read), resourceVersion: read.resourceVersion }));

/** `mode` defaults to Disable in the CRDs. Read strictly: the list is written back whole. */
const featureGate = z.looseObject({ feature: z.string(), mode: z.string().default('Disable') });
type FeatureGate = z.infer<typeof featureGate>;
const featureGates = z
  .array(featureGate)
  .nullish()
  .transform((gates) => gates ?? []);

const workConfiguration = { featureGates };

export const clusterManagerSchema = z.object({
  metadata: merged,
  spec: z.object({ workImagePullSpec: maybeText, workConfiguration: z.object(workConfiguration).default({ featureGates: [] }) }),
  status: part({ conditions, observedGeneration: count }),
});
export type ClusterManager = z.infer<typeof clusterManagerSchema>;

export const klusterletSchema = z.object({
  metadata: merged,
  spec: z.object({
    clusterName: z.string().default(''),
    workConfiguration: z
      .object({
        ...workConfiguration,
        hubKubeAPIQPS: maybeCount,
        hubKubeAPIBurst: maybeCount,
        kubeAPIQPS: maybeCount,
        kubeAPIBurst: maybeCount,
        statusSyncInterval: maybeText,
      })
      .default({ featureGates: [] }),
  }),
  status: part({ conditions, observedGeneration: count }),
});
export type Klusterlet = z.infer<typeof klusterletSchema>;

export const managedClusterSchema = z.object({
  metadata: objectMeta,
  spec: part({ hubAcceptsClient: flag, taints: list(z.object({ key: text, effect: text })) }),
  status: part({ conditions, version: part({ kubernetes: maybeText }) }),
});
export type ManagedCluster = z.infer<typeof managedClusterSchema>;

const manifestConditions = list(z.object({ resourceMeta: part({ kind: text, name: text }), conditions }));

const workload = part({
  manifests: list(z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) })),
});

export const manifestWorkSchema = z.object({
  metadata: objectMeta,
  spec: part({ workload }),
  status: part({ conditions, resourceStatus: part({ manifests: manifestConditions }) }),
});

/** What it spreads; its summary is not read, as that counts all clusters of the hub, also those that are none of the fleet. */
export const manifestWorkReplicaSetSchema = z.object({
  metadata: objectMeta,
  spec: part({ manifestWorkTemplate: part({ workload }) }),
  status: part({ conditions }),
});
export type ManifestWorkReplicaSet = z.infer<typeof manifestWorkReplicaSetSchema>;

/** Gates with one enabled, all others kept as they are; the same list when it is enabled already. The list is atomic for the API server: a patch replaces it. */
export const withFeatureGate = (gates: readonly FeatureGate[], feature: string): readonly FeatureGate[] => {
  const found = gates.find((gate) => gate.feature === feature);
  if (found?.mode === 'Enable') return gates;
  if (found === undefined) return [...gates, { feature, mode: 'Enable' }];
  return gates.map((gate) => (gate === found ? { ...gate, mode: 'Enable' } : gate));
};
