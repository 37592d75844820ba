import { z } from 'zod';
import { type Database, placementPolicyName } from '../../domain/database.ts';
import { LAG_LIMIT_BYTES } from '../../domain/standby-faults.ts';
import type { KubeObject, Manifest, ObjectRef } from '../../kube-api/objects.ts';
import { fieldManagersOf } from '../kube/field-managers.ts';
import { conditions } from '../kube/conditions.ts';
import { flag, maybeText, part } from '../kube/lenient.ts';

const POSTGRES = { apiVersion: 'kubedb.com/v1', kind: 'Postgres' } as const;

export const postgresRef = ({ name, namespace }: Database): ObjectRef => ({ ...POSTGRES, name, namespace });

/** Version, replicas and storage are read strictly: what an object has of them is sent back. */
export const postgresSchema = z.object({
  spec: z.object({
    version: z.string(),
    distributed: flag,
    replicas: z
      .number()
      .nullish()
      .transform((replicas) => replicas ?? 1),
    storage: z
      .object({ resources: z.object({ requests: z.object({ storage: z.coerce.string().optional() }).default({}) }).default({ requests: {} }) })
      .optional(),
    podTemplate: part({ spec: part({ podPlacementPolicy: part({ name: maybeText }) }) }),
  }),
  status: part({ phase: maybeText, conditions }),
});
export type PostgresSeen = z.infer<typeof postgresSchema>;

export const storageOf = ({ spec }: PostgresSeen): string | undefined => spec.storage?.resources.requests.storage;

/** True when pgdist applied the object before. */
export const isOurs = (object: KubeObject): boolean => fieldManagersOf(object).includes('pgdist');

/**
 * The wanted Postgres. The whole leaderElection block is sent: a partial one would take the CRD's defaults of 100 ms and 32 MiB, which elections
 * between clusters do not survive; these are the values of an absent one. clientAuthMode is left to KubeDB, which knows the version's.
 */
export const postgresManifest = (database: Database): Manifest => ({
  ...POSTGRES,
  metadata: { name: database.name, namespace: database.namespace },
  spec: {
    version: database.version,
    distributed: true,
    replicas: database.replicas,
    deletionPolicy: database.deletionPolicy,
    storageType: 'Durable',
    storage: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: database.storage } } },
    leaderElection: {
      period: '300ms',
      electionTick: 10,
      heartbeatTick: 1,
      maximumLagBeforeFailover: LAG_LIMIT_BYTES,
      transferLeadershipInterval: '1s',
      transferLeadershipTimeout: '60s',
    },
    podTemplate: { spec: { podPlacementPolicy: { name: placementPolicyName(database) } } },
  },
});
