import { rebuilding } from './operations.ts';
import { byTyping, byWords, type Problem, type Remedy } from './problem.ts';
import { bytesText } from './quantity.ts';
import { lsnBytes, positionOf, type PodReport, type PrimaryReport, type ServerReport } from './replication-report.ts';
import type { ReplicationRow, ReplicationTable } from './replication.ts';
import { psqlIn } from './terminal.ts';
import { told } from './text.ts';

/** Walsender states of a standby that is connected and not up to date yet. */
const COMING: readonly string[] = ['startup', 'backup', 'catchup'];

/** A standby that does not stream from the primary, with what was seen of its server. */
interface Absent {
  readonly row: ReplicationRow;
  readonly pod: PodReport | undefined;
  readonly kind: 'coming' | 'elsewhere' | 'without WAL' | 'copied' | 'asks nobody' | 'gone';
}

/** Standbys that are known not to stream from the primary; one that nobody heard is told by `unheardBeside`. */
export const missing = (
  table: ReplicationTable,
  primary: PrimaryReport,
  pods: readonly PodReport[],
  { hub, told: already }: { readonly hub: string; /** Pods of which more is said elsewhere. */ readonly told: readonly string[] },
): Problem[] => {
  const absent = table.rows
    .filter(({ role, state, pod }) => role === 'standby' && state !== 'streaming' && !already.includes(pod))
    .map((row): Absent => {
      const pod = pods.find((one) => one.pod === row.pod);
      return { row, pod, kind: kindOf(row, pod, primary) };
    });
  if (absent.length === 0) return [];
  const standbys = table.rows.length - 1;
  const name = `${table.namespace}/${table.database}`;
  const verb = absent.every(({ kind }) => kind === 'coming')
    ? ['catches up', 'catch up']
    : absent.every(({ kind }) => kind === 'elsewhere')
      ? ['receives, but the primary lists it by no such name', 'receive, but the primary lists them by no such names']
      : ['does not stream', 'do not stream'];
  return [
    {
      code: 'PGD-062',
      what: told`${absent.length} of ${standbys} standbys of ${name} ${(absent.length === 1 ? verb[0] : verb[1]) ?? ''}`,
      evidence: absent.map((one) => absence(one, primary)),
      ...remedyOf(absent, table, primary, hub),
    },
  ];
};

const kindOf = ({ state }: ReplicationRow, pod: PodReport | undefined, { answer: primary }: PrimaryReport): Absent['kind'] => {
  if (COMING.includes(state)) return 'coming';
  if (state === 'silent') return 'gone';
  // It may be connected for a moment each time that it asks in vain.
  if (pod?.answer !== undefined && lacksWal(pod.answer, primary)) return 'without WAL';
  if (state === 'elsewhere') return 'elsewhere';
  if (pod?.answer === undefined && primary.baseBackups.length > 0) return 'copied';
  return pod?.answer !== undefined && pod.answer.receiver === undefined ? 'asks nobody' : 'gone';
};

/** It needs WAL from before the oldest that the primary has. */
const lacksWal = (standby: ServerReport, { oldestWal, systemId }: ServerReport): boolean => {
  const position = positionOf(standby);
  return position !== undefined && oldestWal !== undefined && standby.systemId === systemId && lsnBytes(position) < lsnBytes(oldestWal);
};

const absence = ({ row, pod, kind }: Absent, { answer: primary }: PrimaryReport): string => {
  const place = `${row.pod} on ${row.cluster}`;
  const since = row.missingSince === undefined ? '' : ` since ${row.missingSince.at} (${row.missingSince.source})`;
  const others = primary.standbys.filter(({ app }) => app !== row.pod).map(({ app }) => app);
  switch (kind) {
    case 'coming':
      return `${place} is in state ${row.state}${row.lagBytes === undefined ? '' : `, ${bytesText(row.lagBytes)} behind`}`;
    case 'elsewhere':
      return `${place} receives from ${pod?.answer?.sender ?? 'a server'}, and the primary lists no standby of its name${others.length === 0 ? '' : `, but ${others.join(', ')}`}`;
    case 'without WAL':
      return `${place} has WAL up to ${(pod?.answer === undefined ? undefined : positionOf(pod.answer)) ?? '?'}, and the primary has none before ${primary.oldestWal ?? '?'} any more`;
    case 'copied':
      return `${place} is not seen by the primary${since}: ${row.error ?? 'it cannot be asked'}; the primary hands out a base backup now${progressOf(primary.baseBackups)}`;
    case 'asks nobody':
    case 'gone': {
      if (row.state === 'silent') return `${place}: ${row.error ?? 'silent'}`;
      const own =
        pod?.answer === undefined ? (row.error ?? 'it cannot be asked') : `it runs and its WAL receiver is ${pod.answer.receiver ?? 'not connected'}`;
      return `${place} is not seen by the primary${since}: ${own}${strange(pod, primary)}`;
    }
  }
};

/** A volume that was made anew, or is another database's, never streams from this primary. */
const strange = (pod: PodReport | undefined, primary: PrimaryReport['answer']): string =>
  pod?.answer !== undefined && pod.answer.systemId !== primary.systemId
    ? `; its system identifier is ${pod.answer.systemId}, the primary's ${primary.systemId}: it holds another database`
    : '';

const progressOf = ([first]: PrimaryReport['answer']['baseBackups']): string =>
  first === undefined
    ? ''
    : first.doneBytes === undefined || first.totalBytes === undefined
      ? ` (${first.phase})`
      : ` (${bytesText(first.doneBytes)} of ${bytesText(first.totalBytes)})`;

const remedyOf = (absent: readonly Absent[], table: ReplicationTable, primary: PrimaryReport, hub: string): Remedy => {
  const all = (...kinds: readonly Absent['kind'][]): boolean => absent.every(({ kind }) => kinds.includes(kind));
  const [first] = absent;
  if (absent.some(({ kind }) => kind === 'without WAL'))
    return rebuilding(
      told`It cannot catch up and has to be copied anew, which KubeDB does on this request (taken while the database is Critical). A larger wal_keep_size, or slots, keep it from happening again:`,
      { hub, namespace: table.namespace, database: table.database },
    );
  if (all('coming', 'copied'))
    return byWords(
      told`Wait while that goes on: it is copied or catches up at the speed of the slice. If it stands still, look at the log of its pod.`,
    );
  if (first !== undefined && all('elsewhere'))
    return byTyping(
      told`Nothing is lost. Its setting primary_conninfo leads to another server, or has no application_name of its pod's name, which synchronous replication needs; its coordinator writes it anew when the pod restarts. Where it leads:`,
      psqlIn(first.row.cluster, table.namespace, first.row.pod, 'SELECT status, sender_host, sender_port FROM pg_stat_wal_receiver'),
    );
  return byWords(
    all('asks nobody')
      ? told`Its server runs and asks nobody. Where names and tunnel of the slice hold, look at the log of container postgres, and in it at where it wants to receive from: \`SHOW primary_conninfo\`. Its coordinator writes that anew when the pod restarts.`
      : told`Look at the pod first, then at the names and the tunnel of the slice between its cluster and the primary.`,
  );
};
