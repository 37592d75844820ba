import type { Database } from './database.ts';
import { bytesText } from './quantity.ts';
import { primariesOf, type PodReport, type PrimaryReport, type ServerReport, type StandbySeen } from './replication-report.ts';
import type { ReplicationRow, ReplicationTable } from './replication.ts';

interface ReplicationSeen {
  readonly database: Database;
  /** CIDR of the slice: a standby whose address lies in it came over KubeSlice. */
  readonly sliceSubnet: string;
  readonly phase: string;
  /** One per expected replica, by index. */
  readonly pods: readonly PodReport[];
  /** Since when a replica is gone, by pod, as told by Kubernetes. */
  readonly missingSince: Readonly<Record<string, NonNullable<ReplicationRow['missingSince']>>>;
  readonly askedAt: string;
}

/** One row per expected replica, by index: a pod that cannot be asked keeps its row. */
export const replicationTable = ({ database, sliceSubnet, phase, pods, missingSince, askedAt }: ReplicationSeen): ReplicationTable => {
  const [primary] = primariesOf(pods);
  const rows = pods.map((pod): ReplicationRow => {
    const row = rowOf(pod, primary, sliceSubnet);
    const since = missingSince[pod.pod];
    return since !== undefined && (row.state === 'missing' || row.state === 'down') ? { ...row, missingSince: since } : row;
  });
  return {
    database: database.name,
    namespace: database.namespace,
    version: database.version,
    phase,
    ...(primary === undefined ? {} : { primary: { pod: primary.pod, cluster: primary.cluster } }),
    ...(primary?.answer.timeline === undefined ? {} : { timeline: primary.answer.timeline }),
    ...(primary?.answer.lsn === undefined ? {} : { lsn: primary.answer.lsn }),
    rows,
    notes: primary === undefined ? [] : notesOf(primary.answer),
    askedAt,
  };
};

const rowOf = (pod: PodReport, primary: PrimaryReport | undefined, sliceSubnet: string): ReplicationRow => {
  const known = {
    pod: pod.pod,
    cluster: pod.cluster,
    ...(pod.answer?.timeline === undefined ? {} : { timeline: pod.answer.timeline }),
    ...(pod.error === undefined ? {} : { error: pod.error }),
  };
  if (pod.answer?.inRecovery === false) return { ...known, role: 'primary', state: 'running' };
  const seen = primary?.answer.standbys.find(({ app }) => app === pod.pod);
  if (seen !== undefined)
    return {
      ...known,
      role: 'standby',
      ...(isSilent(seen)
        ? { state: 'silent', error: `the primary has heard nothing from it for ${Math.round((seen.replyAgeMs ?? 0) / 1000)} s` }
        : { state: seen.state }),
      ...(seen.replayLagBytes === undefined ? {} : { lagBytes: seen.replayLagBytes }),
      ...(seen.replayDelayMs === undefined ? {} : { delayMs: seen.replayDelayMs }),
      sync: seen.sync,
      ...(seen.address === undefined ? {} : { via: contains(sliceSubnet, seen.address) ? ('slice' as const) : ('local' as const) }),
    };
  // One that was not heard may be anything, a second primary too.
  if (pod.answer === undefined && pod.down !== true) return { ...known, role: 'unknown', state: 'unheard' };
  if (primary !== undefined) return { ...known, role: 'standby', state: pod.answer?.receiver === 'streaming' ? 'elsewhere' : 'missing' };
  if (pod.answer === undefined) return { ...known, role: 'unknown', state: 'down' };
  return { ...known, role: 'standby', state: pod.answer.receiver ?? 'waiting' };
};

/**
 * Two reports late and more: a cut connection is 'streaming' without lag until wal_sender_timeout (60 s) ends it. The age is told by two clocks, the
 * standby's and the primary's.
 */
const SILENT_MS = 25_000;
const isSilent = ({ state, replyAgeMs }: StandbySeen): boolean => state === 'streaming' && (replyAgeMs ?? 0) > SILENT_MS;

/** True when the IPv4 address lies in the CIDR; false for anything else. Exported for tests. */
export const contains = (cidr: string, address: string): boolean => {
  const [network = '', length = '32'] = cidr.split('/');
  const [a, b] = [number(network), number(address)];
  const shift = BigInt(32 - Number(length));
  return a !== undefined && b !== undefined && a >> shift === b >> shift;
};

const number = (address: string): bigint | undefined => {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
};

const notesOf = (primary: ServerReport): string[] => {
  const idle = primary.slots.filter(({ active }) => !active);
  const { archiver, settings } = primary;
  const copying = primary.baseBackups.map(({ phase, doneBytes, totalBytes }) =>
    doneBytes === undefined || totalBytes === undefined ? `base backup: ${phase}` : `base backup ${bytesText(doneBytes)} of ${bytesText(totalBytes)}`,
  );
  return [
    primary.slots.length === 0 ? 'slots none' : `slots ${primary.slots.length}${idle.length > 0 ? ` (${idle.length} inactive)` : ''}`,
    archiver.mode === 'off' ? 'archive off' : archiver.noop ? 'archive off (no-op)' : `archive ${archiver.mode}`,
    settings.syncNames === '' ? 'sync off' : `sync ${settings.syncNames}`,
    primary.bytes === undefined ? 'size not told in time' : `size ${bytesText(primary.bytes)}`,
    `conns ${primary.connections}/${settings.maxConnections}`,
    ...copying,
  ];
};
