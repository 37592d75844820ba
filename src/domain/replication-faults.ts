import type { Problem } from './problem.ts';
import { bytesText } from './quantity.ts';
import { lsnBytes, primariesOf, type PodReport, type ServerReport } from './replication-report.ts';
import type { ReplicationRow, ReplicationTable } from './replication.ts';
import { told } from './text.ts';

/** KubeDB's maximumLagBeforeFailover as pgdist sets it: a standby further behind may not take over. */
export const LAG_LIMIT_BYTES = 64 * 1024 ** 2;

interface ReplicationFaults {
  /** The database is not as wanted; the cause comes before what follows from it. */
  readonly problems: readonly Problem[];
  /** Worth a look while the database is healthy. */
  readonly warnings: readonly string[];
}

/** Judges the answers in a fixed order: split brain, no primary, diverged, sync stalled, missing, slot risk, lag, archive. */
export const replicationFaults = (table: ReplicationTable, pods: readonly PodReport[]): ReplicationFaults => {
  const primaries = primariesOf(pods);
  const [primary] = primaries;
  const name = `${table.namespace}/${table.database}`;
  if (primary === undefined) return { problems: [noPrimary(name, pods)], warnings: [] };
  const problems = [
    ...splitBrain(name, primaries),
    ...diverged(primary.answer, pods),
    ...syncStalled(name, primary.answer),
    ...missing(table, pods),
    ...slotRisk(primary.answer),
    ...lagging(table.rows),
  ];
  return { problems, warnings: [...idleSlots(primary.answer), ...archiveFailing(primary.answer)] };
};

const splitBrain = (name: string, primaries: readonly (PodReport & { answer: ServerReport })[]): Problem[] =>
  primaries.length < 2
    ? []
    : [
        {
          code: 'PGD-064',
          what: told`${name} has ${primaries.length} primaries`,
          evidence: primaries.map(
            ({ pod, cluster, answer }) =>
              `${pod} on ${cluster} takes writes: timeline ${answer.timeline ?? '?'}, position ${answer.lsn ?? '?'}, system identifier ${answer.systemId}`,
          ),
          remedy: told`Stop all writers now. The higher timeline is the later promotion; save the rows that only the other one has before it is rebuilt with a PostgresOpsRequest of type ReconnectStandby.`,
        },
      ];

const noPrimary = (name: string, pods: readonly PodReport[]): Problem => {
  const position = ({ answer }: PodReport): bigint => lsnBytes(answer?.receivedLsn ?? answer?.replayedLsn ?? '0/0');
  const [best] = pods.filter(({ answer }) => answer !== undefined).toSorted((a, b) => (position(b) > position(a) ? 1 : -1));
  const silent = pods.filter(({ answer }) => answer === undefined);
  const connected = pods.filter(({ answer }) => answer?.receiver === 'streaming');
  return {
    code: 'PGD-063',
    what: told`${name} has no primary that answers`,
    evidence: [
      ...silent.map(({ pod, cluster, error }) => `${pod} on ${cluster}: ${error ?? 'no answer'}`),
      ...pods.filter(({ answer }) => answer !== undefined).map(({ pod, cluster }) => `${pod} on ${cluster} is a standby`),
      ...(connected.length > 0 ? [`${connected.map(({ pod }) => pod).join(', ')} still receives from a primary that could not be asked`] : []),
      ...(best === undefined
        ? []
        : [`${best.pod} is the furthest of those that answer (${best.answer?.receivedLsn ?? best.answer?.replayedLsn ?? '?'})`]),
    ],
    remedy:
      silent.length * 2 >= pods.length
        ? told`Bring the missing pods back: without more than half of the voters KubeDB elects nobody.`
        : told`KubeDB elects a primary within 45 s when more than half of the voters see each other. If it does not, the pod with the latest position is down: bring it back, or accept its loss with a PostgresOpsRequest of type ForceFailOver.`,
  };
};

const diverged = (primary: ServerReport, pods: readonly PodReport[]): Problem[] =>
  pods
    .filter(
      ({ answer }) =>
        answer?.inRecovery === true &&
        answer.receiver === undefined &&
        answer.timeline !== undefined &&
        primary.timeline !== undefined &&
        answer.timeline < primary.timeline,
    )
    .map(({ pod, cluster, answer }) => ({
      code: 'PGD-065' as const,
      what: told`${pod} on ${cluster} stayed on an old timeline`,
      evidence: [
        `timeline ${answer?.timeline} at ${answer?.replayedLsn ?? '?'}, the primary is on ${primary.timeline}`,
        'no WAL receiver is connected',
      ],
      remedy: told`A PostgresOpsRequest of type ReconnectStandby rebuilds it (taken only while the database is Critical); rows that only it has are lost.`,
    }));

const syncStalled = (name: string, primary: ServerReport): Problem[] => {
  const synchronous = primary.standbys.filter(({ sync, state }) => state === 'streaming' && (sync === 'sync' || sync === 'quorum'));
  if (primary.settings.syncNames === '' || synchronous.length > 0 || primary.syncWaiters === 0) return [];
  return [
    {
      code: 'PGD-062',
      what: told`writes of ${name} wait for a synchronous standby`,
      evidence: [`synchronous_standby_names is ${primary.settings.syncNames}, no such standby streams`, `${primary.syncWaiters} sessions wait`],
      remedy: told`Bring a standby back; every commit waits until then.`,
    },
  ];
};

const missing = (table: ReplicationTable, pods: readonly PodReport[]): Problem[] => {
  const absent = table.rows.filter(({ role, state }) => role === 'standby' && state !== 'streaming');
  if (absent.length === 0) return [];
  const standbys = table.rows.length - 1;
  return [
    {
      code: 'PGD-062',
      what: told`${absent.length} of ${standbys} standbys of ${table.namespace}/${table.database} ${absent.length === 1 ? 'does' : 'do'} not stream`,
      evidence: absent.map((row) =>
        absence(
          row,
          pods.find(({ pod }) => pod === row.pod),
        ),
      ),
      remedy: told`Look at the pod first, then at the names and the tunnel of the slice between its cluster and the primary.`,
    },
  ];
};

const absence = (row: ReplicationRow, pod: PodReport | undefined): string => {
  const since = row.missingSince === undefined ? '' : ` since ${row.missingSince.at} (${row.missingSince.source})`;
  const own =
    pod?.answer === undefined ? (row.error ?? 'it cannot be asked') : `it runs and its WAL receiver is ${pod.answer.receiver ?? 'not connected'}`;
  if (row.state === 'silent') return `${row.pod} on ${row.cluster}: ${row.error ?? 'silent'}`;
  return row.state === 'missing'
    ? `${row.pod} on ${row.cluster} is not seen by the primary${since}: ${own}`
    : `${row.pod} on ${row.cluster} is in state ${row.state}`;
};

const slotRisk = (primary: ServerReport): Problem[] =>
  primary.slots
    .filter(({ walStatus }) => walStatus === 'lost' || walStatus === 'unreserved')
    .map((slot) => ({
      code: 'PGD-065' as const,
      what: told`replication slot ${slot.name} ${slot.walStatus === 'lost' ? 'lost' : 'is about to lose'} the WAL that its standby needs`,
      evidence: [`wal_status is ${slot.walStatus}`, `${bytesText(slot.retainedBytes ?? 0)} retained, ${slot.active ? 'active' : 'inactive'}`],
      remedy: told`Rebuild the standby with a PostgresOpsRequest of type ReconnectStandby; drop the slot if its replica was removed.`,
    }));

const lagging = (rows: readonly ReplicationRow[]): Problem[] =>
  rows
    .filter(({ state, lagBytes }) => state === 'streaming' && (lagBytes ?? 0) > LAG_LIMIT_BYTES)
    .map((row) => ({
      code: 'PGD-065' as const,
      what: told`${row.pod} on ${row.cluster} is ${bytesText(row.lagBytes ?? 0)} behind`,
      evidence: [
        `beyond ${bytesText(LAG_LIMIT_BYTES)} a standby may not take over`,
        ...(row.via === 'slice' ? ['it replicates over the slice'] : []),
      ],
      remedy: told`Write less or raise bandwidthCeilingKbps of the slice; 1536 MB behind means that it must be copied anew.`,
    }));

const idleSlots = (primary: ServerReport): string[] =>
  primary.slots
    .filter(({ active, walStatus }) => !active && walStatus !== 'lost' && walStatus !== 'unreserved')
    .map(({ name, retainedBytes }) => `slot ${name} is inactive and holds ${bytesText(retainedBytes ?? 0)} of WAL`);

const archiveFailing = ({ archiver }: ServerReport): string[] =>
  !archiver.noop && archiver.lastFailure !== undefined && (archiver.lastOk === undefined || archiver.lastFailure > archiver.lastOk)
    ? [`archiving fails since ${archiver.lastFailure}`]
    : [];
