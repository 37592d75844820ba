import type { PostgresServer } from './server.ts';

/** The slice between clusters, as far as a database pod feels it. */
export interface SliceNetwork {
  /** Whether pods of one cluster reach pods of the other now: tunnel up, names resolve. */
  link(fromCluster: string, toCluster: string): boolean | Promise<boolean>;
  /** The pod's address in the slice (nsmIp); undefined while it has none. */
  sliceAddress(cluster: string, namespace: string, pod: string): string | undefined | Promise<string | undefined>;
}

export interface MemberOptions {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly index: number;
  /** Replicas of the database: its raft voters. */
  readonly voters: number;
  readonly podAddress: string;
  /** Identity of the volume: data stays with it over restarts of the pod. */
  readonly volume: string;
  readonly password: string;
  /** Lines for postgresql.conf, after those of KubeDB; absent: none. */
  readonly configuration?: string;
  /** A commit waits for any one standby; absent: for none. */
  readonly synchronous?: boolean;
  readonly log: (line: string) => void;
}

export type Role = 'primary' | 'standby';

/** One pod's server, with what its coordinator decides. */
export interface Member extends MemberOptions {
  readonly server: PostgresServer | undefined;
  readonly ready: Promise<void>;
  /** Resolves with the exit code when the server ends without being asked to. */
  readonly ended: Promise<number>;
  readonly role: Role | undefined;
  onRole(listener: (role: Role) => void): () => void;
  /** What PostgreSQL says, with addresses as pods of the simulated network have them. */
  translate(text: string): string;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

export interface ReplicatedDatabase {
  /** Starts the pod's server: as primary, or as standby once a primary is known and can be reached. */
  start(options: MemberOptions): Member;
  /** Removes a volume with its data, as deleting its claim does. */
  discard(volume: string): Promise<void>;
  close(): Promise<void>;
}
