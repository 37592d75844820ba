import { z } from 'zod';
import { type Database, placementPolicyName } from '../../domain/database.ts';
import { FIELD_MANAGER } from '../../domain/field-manager.ts';
import { LAG_LIMIT_BYTES } from '../../domain/standby-faults.ts';
import type { KubeObject, Manifest, ObjectRef } from '../../kube-api/objects.ts';
import { fieldManagersOf } from '../kube/field-managers.ts';
import { containersOf, settingsSpec } from './settings-manifest.ts';
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
    podTemplate: part({
      spec: part({
        podPlacementPolicy: part({ name: maybeText }),
        containers: z
          .array(z.looseObject({ name: z.string() }))
          .optional()
          .catch(undefined),
      }),
    }),
    configuration: z
      .looseObject({ inline: z.record(z.string(), z.string()).optional().catch(undefined) })
      .optional()
      .catch(undefined),
    tls: z
      .looseObject({ issuerRef: z.looseObject({ kind: maybeText, name: maybeText }).optional().catch(undefined) })
      .optional()
      .catch(undefined),
    sslMode: maybeText,
    // Of KubeDB v2026.7.10 and newer.
    synchronousReplicationConfig: z.record(z.string(), z.unknown()).optional().catch(undefined),
    streamingMode: maybeText,
  }),
  status: part({ phase: maybeText, conditions }),
});
export type PostgresSeen = z.infer<typeof postgresSchema>;

const KEPT = ['configuration', 'tls', 'sslMode', 'streamingMode'] as const;
const keptOf = ({ spec }: PostgresSeen): object => Object.fromEntries(KEPT.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]]])));
const containersSeen = ({ spec }: PostgresSeen): object => {
  const { containers } = spec.podTemplate.spec;
  return containers === undefined ? {} : { containers };
};

export const storageOf = ({ spec }: PostgresSeen): string | undefined => spec.storage?.resources.requests.storage;

/** True when pgdist applied the object before. */
export const isOurs = (object: KubeObject): boolean => fieldManagersOf(object).includes(FIELD_MANAGER);

/**
 * The wanted Postgres. The whole leaderElection block is sent: a partial one would take the CRD's defaults of 100 ms and 32 MiB, which elections
 * between clusters do not survive; these are the values of an absent one. clientAuthMode is left to KubeDB, which knows the version's.
 */
export const postgresManifest = (database: Database): Manifest =>
  manifestWith(database, { ...settingsSpec(database.settings ?? {}) }, containersOf(database.settings ?? {}));

/** The same of one that exists, whose settings stay as it has them: an apply that left them out would take them away. */
export const postgresManifestLike = (database: Database, live: PostgresSeen): Manifest => manifestWith(database, keptOf(live), containersSeen(live));

const manifestWith = (database: Database, settings: object, podSettings: object): Manifest => ({
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
    ...settings,
    podTemplate: { spec: { podPlacementPolicy: { name: placementPolicyName(database) }, ...podSettings } },
  },
});
