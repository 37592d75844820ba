/** Replication of one database as read from its pods: one row per expected replica, unreachable rows kept. */
export interface ReplicationRow {
  readonly pod: string;
  readonly cluster: string;
  readonly role: 'primary' | 'standby' | 'unknown';
  /** PostgreSQL's walsender state (streaming, catchup …), 'running' for a primary, 'silent' where the primary still counts a standby as streaming that no longer reports, 'missing' where the primary does not see the standby, 'elsewhere' where it does not and the standby receives all the same, 'down' where its server is known not to run, 'unheard' where nobody could ask. */
  readonly state: string;
  readonly timeline?: number;
  readonly lagBytes?: number;
  readonly delayMs?: number;
  readonly sync?: string;
  /** slice: client address inside the slice subnet; local: inside the cluster. */
  readonly via?: 'slice' | 'local';
  /** Why the pod could not be asked, in a few words. */
  readonly error?: string;
  /** ISO instant at which the replica began to be missing, with who says so. */
  readonly missingSince?: { readonly at: string; readonly source: string };
  /** ISO instant of the last look that saw it streaming; it may have gone at any time since. */
  readonly lastStreaming?: string;
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

/** A row of which nobody says how it replicates. */
export const isUnknown = ({ role, state }: ReplicationRow): boolean => role === 'unknown' || ['missing', 'down', 'unheard'].includes(state);

/** 'primary postgres-0 on tokyo'; without one, whether there is none or nobody knows. */
export const primaryText = ({ primary, rows }: Pick<ReplicationTable, 'primary' | 'rows'>, on = ' on '): string =>
  primary !== undefined
    ? `primary ${primary.pod}${on}${primary.cluster}`
    : rows.some(({ state }) => state === 'unheard')
      ? 'primary not known'
      : 'no primary';
