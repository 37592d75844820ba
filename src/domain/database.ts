/** One wanted distributed Postgres. */

export const DELETION_POLICIES = ['Halt', 'Delete', 'WipeOut', 'DoNotTerminate'] as const;
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

export const STREAMING_MODES = ['Asynchronous', 'Synchronous'] as const;
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** What PostgreSQL and its pods get beyond the guide; what is absent is KubeDB's choice. Once the database exists, operations of KubeDB alone change it. */
export interface DatabaseSettings {
  /** Of container postgres, as Kubernetes quantities. */
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
  /** Of postgresql.conf, each value as it is written there between quotes. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tls?: { readonly issuer: { readonly kind: string; readonly name: string } };
  readonly sslMode?: (typeof SSL_MODES)[number];
  /** Synchronous: a commit waits until any one standby has received it. */
  readonly streamingMode?: (typeof STREAMING_MODES)[number];
}

export interface Database {
  /** Unique in the fleet: KubeDB's ManifestWorks carry no namespace in their names. */
  readonly name: string;
  readonly namespace: string;
  /** Name of a PostgresVersion, for example 17.2. */
  readonly version: string;
  readonly replicas: number;
  /** Kubernetes quantity for each replica's volume, for example 2Gi. */
  readonly storage: string;
  /** Replica indices by cluster name; together exactly 0..n-1 with n >= replicas. */
  readonly placement: Readonly<Record<string, readonly number[]>>;
  readonly deletionPolicy: DeletionPolicy;
  /** StorageClass of the volumes on every cluster, before the cluster's own; absent: as the cluster says. */
  readonly storageClass?: string;
  readonly settings?: DatabaseSettings;
}

/** Pod name of each expected replica with its cluster, by index. */
export const expectedReplicas = (database: Database): { pod: string; index: number; cluster: string }[] =>
  Object.entries(database.placement)
    .flatMap(([cluster, indices]) => indices.map((index) => ({ pod: `${database.name}-${index}`, index, cluster })))
    .filter(({ index }) => index < database.replicas)
    .toSorted((a, b) => a.index - b.index);

/** Name of the PlacementPolicy of a database; policies are cluster-scoped, database names are unique in the fleet. */
export const placementPolicyName = (database: Database): string => `${database.name}-placement`;
