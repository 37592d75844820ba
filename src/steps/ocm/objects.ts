import { z } from 'zod';
import { KindMissingError } from '../../ports/cluster-errors.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { cut } from '../../domain/cut.ts';

/** Where OCM keeps its parts. */
export const OPERATOR_NAMESPACE = 'open-cluster-management';
export const HUB_NAMESPACE = 'open-cluster-management-hub';
export const AGENT_NAMESPACE = 'open-cluster-management-agent';

export const CLUSTER_MANAGER = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'ClusterManager', name: 'cluster-manager' } as const;
export const KLUSTERLET = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'Klusterlet', name: 'klusterlet' } as const;
export const managedClusterRef = (name: string): ObjectRef => ({ apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster', name });

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
export type Condition = z.infer<typeof condition>;
const conditions = z.array(condition).default([]);
const metadata = z.object({
  name: z.string(),
  resourceVersion: z.string(),
  generation: z.number().default(0),
  creationTimestamp: z.string().optional(),
});

/** `mode` defaults to Disable in the CRDs. */
const featureGate = z.object({ feature: z.string(), mode: z.enum(['Enable', 'Disable']).default('Disable') });
export type FeatureGate = z.infer<typeof featureGate>;
const featureGates = z.array(featureGate).default([]);

export const clusterManagerSchema = z.object({
  metadata,
  spec: z.object({
    workImagePullSpec: z.string().optional(),
    workConfiguration: z.object({ featureGates }).default({ featureGates: [] }),
  }),
  status: z.object({ conditions, observedGeneration: z.number().default(0) }).default({ conditions: [], observedGeneration: 0 }),
});
export type ClusterManager = z.infer<typeof clusterManagerSchema>;

export const klusterletSchema = z.object({
  metadata,
  spec: z.object({
    clusterName: z.string().default(''),
    workConfiguration: z
      .object({
        featureGates,
        hubKubeAPIQPS: z.number().optional(),
        hubKubeAPIBurst: z.number().optional(),
        kubeAPIQPS: z.number().optional(),
        kubeAPIBurst: z.number().optional(),
        statusSyncInterval: z.string().optional(),
      })
      .default({ featureGates: [] }),
    deployOption: z.object({ mode: z.string().optional() }).optional(),
  }),
  status: z.object({ conditions, observedGeneration: z.number().default(0) }).default({ conditions: [], observedGeneration: 0 }),
});
export type Klusterlet = z.infer<typeof klusterletSchema>;

export const managedClusterSchema = z.object({
  metadata,
  spec: z.object({ hubAcceptsClient: z.boolean().default(false) }).default({ hubAcceptsClient: false }),
  status: z.object({ conditions, version: z.object({ kubernetes: z.string().optional() }).optional() }).default({ conditions: [] }),
});
export type ManagedCluster = z.infer<typeof managedClusterSchema>;

export const conditionOf = (object: { readonly status: { readonly conditions: readonly Condition[] } }, type: string): Condition | undefined =>
  object.status.conditions.find((candidate) => candidate.type === type);

/** 'HubConnectionDegraded is True: BootstrapSecretError (dial tcp: connection refused)' */
export const toldCondition = ({ type, status, reason, message }: Condition): string =>
  `${type} is ${status}${reason === '' ? '' : `: ${reason}`}${message === '' ? '' : ` (${cut(inOneLine(message), 300)})`}`;

const inOneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ');

/** The object, undefined when it or its whole kind is not there. */
export const readIfServed = async <T>(cluster: ClusterReader, ref: ObjectRef, schema: z.ZodType<T>): Promise<T | undefined> => {
  try {
    const object = await cluster.read(ref);
    return object === undefined ? undefined : schema.parse(object);
  } catch (error) {
    if (error instanceof KindMissingError) return undefined;
    throw error;
  }
};

/** Gates with one enabled, all others kept as they are; the same list when it is enabled already. The list is atomic for the API server: a patch replaces it. */
export const withGate = (gates: readonly FeatureGate[], feature: string): readonly FeatureGate[] => {
  const found = gates.find((gate) => gate.feature === feature);
  if (found?.mode === 'Enable') return gates;
  const enabled: FeatureGate = { feature, mode: 'Enable' };
  return found === undefined ? [...gates, enabled] : gates.map((gate) => (gate === found ? enabled : gate));
};
