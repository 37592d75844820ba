import { z } from 'zod';
import { type Database, placementPolicyName } from '../../domain/database.ts';
import { clusterNamed, type Fleet, projectNamespace } from '../../domain/fleet.ts';
import type { KubeObject, Manifest, ObjectRef } from '../../kube-api/objects.ts';
import { readAs } from '../kube/read-as.ts';

const PLACEMENT_POLICY = { apiVersion: 'apps.k8s.appscode.com/v1', kind: 'PlacementPolicy' } as const;

export const placementPolicyRef = (database: Database): ObjectRef => ({ ...PLACEMENT_POLICY, name: placementPolicyName(database) });

/** Indices are read strictly: they are kept, and written back. A policy of others may have none, or no spec at all. */
const policySchema = z.object({
  spec: z
    .object({
      clusterSpreadConstraint: z
        .object({ distributionRules: z.array(z.object({ clusterName: z.string(), replicaIndices: z.array(z.number()) })) })
        .optional(),
    })
    .nullish(),
});

/** Cluster of each replica index that a policy has now. */
export const placedIndices = (policy: KubeObject, cluster: string): Map<number, string> =>
  new Map(
    (readAs(policySchema, policy, cluster).spec?.clusterSpreadConstraint?.distributionRules ?? []).flatMap(({ clusterName, replicaIndices }) =>
      replicaIndices.map((index) => [index, clusterName] as const),
    ),
  );

/**
 * The policy of a database, with indices that it has already kept: they are how growth is planned, and the webhook refuses to move one.
 * ScheduleAnyway: DoNotSchedule, the default, leaves a second replica on a one-node cluster pending for ever.
 */
export const placementPolicyManifest = (fleet: Fleet, database: Database, kept: ReadonlyMap<number, string> = new Map()): Manifest => {
  const homes = new Map(kept);
  for (const [cluster, indices] of Object.entries(database.placement)) for (const index of indices) homes.set(index, cluster);
  const used = fleet.clusters.map(({ name }) => name).filter((name) => [...homes.values()].includes(name));
  const others = [...new Set(homes.values())].filter((name) => !used.includes(name));
  const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' };
  return {
    ...PLACEMENT_POLICY,
    metadata: { name: placementPolicyName(database) },
    spec: {
      clusterSpreadConstraint: {
        distributionRules: [...used, ...others].map((clusterName) => {
          const storageClassName = used.includes(clusterName) ? (database.storageClass ?? clusterNamed(fleet, clusterName).storageClass) : undefined;
          const replicaIndices = [...homes].filter(([, home]) => home === clusterName).map(([index]) => index);
          return {
            clusterName,
            ...(storageClassName === undefined ? {} : { storageClassName }),
            replicaIndices: replicaIndices.toSorted((a, b) => a - b),
          };
        }),
        slice: { projectNamespace: projectNamespace(fleet), sliceName: fleet.kubeslice.slice.name },
      },
      nodeSpreadConstraint: spread,
      zoneSpreadConstraint: spread,
    },
  };
};
