/** What one PostgreSQL server says of itself: the answer to steps/postgres/replication.sql with its names spelled out. */
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
  /** Status of the WAL receiver (streaming …); absent: a standby without a connection. */
  readonly receiver?: string;
  readonly standbys: readonly StandbySeen[];
  readonly slots: readonly SlotSeen[];
  /** Base backups that this server hands out now. */
  readonly baseBackups: readonly { readonly phase: string; readonly doneBytes?: number; readonly totalBytes?: number }[];
  readonly archiver: { readonly mode: string; readonly noop: boolean; readonly lastOk?: string; readonly lastFailure?: string };
  readonly settings: { readonly syncNames: string; readonly maxConnections: number };
  readonly connections: number;
  /** Sessions that wait for a synchronous standby. */
  readonly syncWaiters: number;
  readonly bytes: number;
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

interface SlotSeen {
  readonly name: string;
  readonly active: boolean;
  readonly walStatus?: string;
  readonly retainedBytes?: number;
}

/** The answer of one expected pod, or why there is none. */
export interface PodReport {
  readonly pod: string;
  readonly cluster: string;
  readonly answer?: ServerReport;
  /** A few words: 'no answer in 2 s', 'pod does not exist', 'the database system is starting up'. */
  readonly error?: string;
}

/** Bytes of WAL at an LSN such as 0/50001B0. */
export const lsnBytes = (lsn: string): bigint => {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
};

/** Pods that say they are a primary, the latest promotion (highest timeline) first. */
export const primariesOf = (pods: readonly PodReport[]): (PodReport & { readonly answer: ServerReport })[] =>
  pods
    .filter((pod): pod is PodReport & { readonly answer: ServerReport } => pod.answer?.inRecovery === false)
    .toSorted((a, b) => (b.answer.timeline ?? 0) - (a.answer.timeline ?? 0));
