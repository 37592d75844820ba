/** What one PostgreSQL server says of itself: the answer to steps/postgres/replication-sql.ts with its names spelled out. */
export interface ServerReport {
  /** server_version_num: 170002 */
  readonly version: number;
  /** True on a standby. */
  readonly inRecovery: boolean;
  /** Equal on all servers of one database. */
  readonly systemId: string;
  readonly timeline?: number;
  /** Current WAL position of a primary. */
  readonly lsn?: string;
  readonly receivedLsn?: string;
  readonly replayedLsn?: string;
  readonly replayPaused?: boolean;
  /** Age of the last transaction that it replayed, while it holds WAL that it has not replayed. */
  readonly replayBehindMs?: number;
  /** What its replay waits for: RecoveryConflictSnapshot, RecoveryPause, RecoveryApplyDelay …, PostgreSQL's wait_event of the startup process. */
  readonly replayWaits?: string;
  /** Status of the WAL receiver (streaming …); absent: a standby without a connection. */
  readonly receiver?: string;
  /** Host and port from which it receives. */
  readonly sender?: string;
  /** Since the last message of its primary: it asks for one after half of wal_receiver_timeout, 30 s. */
  readonly receiverAgeMs?: number;
  readonly standbys: readonly StandbySeen[];
  readonly slots: readonly SlotSeen[];
  /** Base backups that this server hands out now. */
  readonly baseBackups: readonly { readonly phase: string; readonly doneBytes?: number; readonly totalBytes?: number }[];
  readonly archiver: { readonly mode: string; readonly noop: boolean; readonly lastOk?: string; readonly lastFailure?: string };
  readonly settings: ServerSettings;
  /** Of clients, without the one that asked. */
  readonly connections: number;
  /** Sessions that wait for a synchronous standby. */
  readonly syncWaiters: number;
  /** Of the one that waits longest. */
  readonly syncWaitMs?: number;
  /** Databases whose sessions begin read only, by a setting of their own. */
  readonly readOnlyDatabases?: readonly string[];
  /** Of all its databases; absent: not known, it did not say in time. */
  readonly bytes?: number;
  /** Of the oldest transaction of a client. */
  readonly oldestTransactionMs?: number;
  readonly prepared?: PreparedSeen;
  /** Transactions since the oldest that is not frozen; the server stops taking writes at 2^31 - 3,000,000. */
  readonly xidAge?: number;
  /** Position at which the oldest WAL file begins that it has. */
  readonly oldestWal?: string;
  /** WAL files that wait to be archived. */
  readonly unarchived?: number;
  /** Of a primary, oldest first. */
  readonly history?: readonly TimelineEnd[];
  /** Absent: df of the pod told nothing. */
  readonly volumes?: readonly VolumeSeen[];
  /** Its clock as it answered, in milliseconds since 1970. */
  readonly clockMs?: number;
}

/** Transactions between PREPARE and COMMIT PREPARED. */
interface PreparedSeen {
  readonly count: number;
  readonly oldestMs?: number;
  readonly oldest?: { readonly gid: string; readonly database: string; readonly owner: string };
  /** Sessions that wait for a lock of one. */
  readonly blocks?: number;
}

/** Where a later timeline left this one. */
export interface TimelineEnd {
  readonly timeline: number;
  readonly endedAt: string;
}

/** A filesystem of the pod, as ordinary users may fill it. */
export interface VolumeSeen {
  readonly holds: 'data' | 'WAL';
  readonly mount: string;
  readonly bytes: number;
  readonly freeBytes: number;
}

interface ServerSettings {
  /** synchronous_standby_names */
  readonly syncNames: string;
  /** False where synchronous_commit is off or local: no commit waits for a standby. */
  readonly waitsForSync: boolean;
  /** synchronous_commit */
  readonly syncCommit?: string;
  /** default_transaction_read_only */
  readonly readOnly: boolean;
  /** Where that was set: pg_settings.source and sourcefile. */
  readonly readOnlyBy?: { readonly source: string; readonly file?: string };
  /** recovery_min_apply_delay */
  readonly applyDelayMs: number;
  readonly maxConnections: number;
  /** Kept for superusers and for roles with pg_use_reserved_connections. */
  readonly reservedConnections: number;
}

/** A row of pg_stat_replication; `app` is the pod's name (KubeDB sets application_name so). */
export interface StandbySeen {
  readonly app: string;
  readonly address?: string;
  readonly state: string;
  readonly sync: string;
  readonly replayLagBytes?: number;
  readonly replayDelayMs?: number;
  /** Since its last report to the primary; a standby reports every 10 s (wal_receiver_status_interval), idle or not. */
  readonly replyAgeMs?: number;
}

export interface SlotSeen {
  readonly name: string;
  readonly active: boolean;
  /** reserved, extended, unreserved, lost */
  readonly walStatus?: string;
  readonly retainedBytes?: number;
  /** Of logical decoding: never a standby's. */
  readonly logical: boolean;
  /** Of a logical slot. */
  readonly database?: string;
  readonly plugin?: string;
  /** application_name of who reads from it now. */
  readonly app?: string;
}

/** The answer of one expected pod, or why there is none. */
export interface PodReport {
  readonly pod: string;
  readonly cluster: string;
  readonly answer?: ServerReport;
  /** A few words: 'no answer in 2 s', 'pod does not exist', 'the database system is starting up'. */
  readonly error?: string;
  /** Its server is known not to serve. Without it, a pod that gave no answer was not heard: it may serve all the same. */
  readonly down?: true;
  /** Of one that was not heard, what stood in the way; absent: not told. `server`: its server runs and let nobody in. */
  readonly way?: 'cluster' | 'right' | 'container' | 'server' | 'time';
  /** Its server said that it takes no more sessions, not even a superuser's. */
  readonly full?: true;
  /** How far its clock is ahead of the worker's, and how well that is known: half of what the answer took. */
  readonly clock?: { readonly aheadMs: number; readonly withinMs: number };
  /** KubeDB's label of the pod: 'primary' or 'standby'; absent: it has none, or its cluster did not say. */
  readonly role?: string;
}

/** One that says of itself that it is a primary. */
export type PrimaryReport = PodReport & { readonly answer: ServerReport };

/** Pods of which nobody knows whether they serve. */
export const unheardOf = (pods: readonly PodReport[]): readonly PodReport[] =>
  pods.filter(({ answer, down }) => answer === undefined && down !== true);

/** Position up to which a standby has WAL, replayed or not. */
export const positionOf = ({ receivedLsn, replayedLsn }: ServerReport): string | undefined => receivedLsn ?? replayedLsn;

/** Bytes of WAL at an LSN such as 0/50001B0. */
export const lsnBytes = (lsn: string): bigint => {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
};

/** Pods that say they are a primary, the latest promotion (highest timeline) first. */
export const primariesOf = (pods: readonly PodReport[]): PrimaryReport[] =>
  pods
    .filter((pod): pod is PrimaryReport => pod.answer?.inRecovery === false)
    .toSorted((a, b) => (b.answer.timeline ?? 0) - (a.answer.timeline ?? 0));
