/** Replication of one database as read from its pods: one row per expected replica, unreachable rows kept. */
export interface ReplicationRow {
  readonly pod: string;
  readonly cluster: string;
  readonly role: 'primary' | 'standby' | 'unknown';
  /** PostgreSQL's walsender state (streaming, catchup …), 'running' for a primary, 'silent' where the primary still counts a standby as streaming that no longer reports, 'missing' where the primary does not see the standby, 'unreachable' where the pod cannot be asked. */
  readonly state: string;
  readonly timeline?: number;
  readonly lagBytes?: number;
  readonly delayMs?: number;
  readonly sync?: string;
  /** slice: client address inside the slice subnet; local: inside the cluster. */
  readonly via?: 'slice' | 'local';
  /** Why the pod could not be asked, in a few words. */
  readonly error?: string;
  /** ISO instant since when the replica is known to be missing, with where that is known from. */
  readonly missingSince?: { readonly at: string; readonly source: string };
}

export interface ReplicationTable {
  readonly database: string;
  readonly namespace: string;
  readonly version: string;
  /** Phase of the Postgres object as the hub has it (hearsay: stays Ready for minutes after a pod is gone). */
  readonly phase: string;
  readonly primary?: { readonly pod: string; readonly cluster: string };
  readonly timeline?: number;
  readonly lsn?: string;
  readonly rows: readonly ReplicationRow[];
  /** slots, archive, synchronous settings, size, connections: each a few words. */
  readonly notes: readonly string[];
  /** ISO instant of the question. */
  readonly askedAt: string;
}
