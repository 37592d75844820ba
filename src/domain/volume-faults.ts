import type { Problem } from './problem.ts';
import { bytesText, spanText } from './quantity.ts';
import type { PodReport, PrimaryReport, ServerReport, VolumeSeen } from './replication-report.ts';
import { code, told } from './text.ts';

/** Of a volume, free: where the alert KubePersistentVolumeFillingUp of the kubernetes-mixin is critical, and where it begins to warn. */
const NEARLY_FULL = 0.03;
const FILLING_UP = 0.15;
/** With fewer files that wait, a failure may be one that the archiver repeats within the minute. */
const MOST_UNARCHIVED = 10;

const freePart = ({ bytes, freeBytes }: VolumeSeen): number => freeBytes / bytes;
const percent = (volume: VolumeSeen): number => Math.floor((1 - freePart(volume)) * 100);
const stateOf = (volume: VolumeSeen): string =>
  `the volume of ${volume.holds === 'data' ? 'data' : 'the WAL'} (${volume.mount}) is ${percent(volume)} % full: ${bytesText(volume.freeBytes)} of ${bytesText(volume.bytes)} are free`;

/** A server whose volume is full ends at its next write. */
export const volumesFull = (pods: readonly PodReport[]): Problem[] =>
  pods.flatMap(({ pod, cluster, answer }): Problem[] => {
    const full = (answer?.volumes ?? []).filter((volume) => freePart(volume) < NEARLY_FULL);
    if (answer === undefined || full.length === 0) return [];
    return [
      {
        code: 'PGD-072',
        what: told`The volume of ${pod} on ${cluster} is nearly full`,
        evidence: [...full.map(stateOf), ...holders(answer)],
        remedy: told`Make it larger: a PostgresOpsRequest of type VolumeExpansion on the hub, mode Online where the StorageClass expands volumes. Then find what fills it; never delete files in ${code('pg_wal')} by hand.`,
      },
    ];
  });

/** What keeps WAL from being removed. */
const holders = (server: ServerReport): string[] => [
  ...server.slots
    .filter(({ active, retainedBytes = 0 }) => !active && retainedBytes > 0)
    .map(({ name, retainedBytes = 0 }) => `slot ${name} has no reader and holds ${bytesText(retainedBytes)} of WAL`),
  ...(isFailing(server) && server.unarchived !== undefined ? [waiting(server.unarchived)] : []),
];

/** Of volumes that are not full yet. */
export const volumeWarnings = (pods: readonly PodReport[]): string[] =>
  pods.flatMap(({ pod, cluster, answer }) =>
    (answer?.volumes ?? [])
      .filter((volume) => freePart(volume) >= NEARLY_FULL && freePart(volume) < FILLING_UP)
      .map((volume) => `${pod} on ${cluster}: ${stateOf(volume)}`),
  );

const isFailing = ({ archiver }: ServerReport): boolean =>
  !archiver.noop && archiver.lastFailure !== undefined && (archiver.lastOk === undefined || archiver.lastFailure > archiver.lastOk);

const waiting = (files: number): string =>
  `${files} WAL ${files === 1 ? 'file waits' : 'files wait'} to be archived and ${files === 1 ? 'stays' : 'stay'} on the volume`;

/** The archive gets nothing: a restore ends where it stopped, and WAL piles up until the volume is full. */
export const notArchived = (name: string, { pod, cluster, answer }: PrimaryReport): Problem[] =>
  isFailing(answer) && (answer.unarchived ?? 0) >= MOST_UNARCHIVED
    ? [
        {
          code: 'PGD-074',
          what: told`WAL of ${name} is not archived`,
          evidence: [
            `archiving from ${pod} on ${cluster} fails, last at ${answer.archiver.lastFailure ?? '?'}; ${lastSuccess(answer)}`,
            waiting(answer.unarchived ?? 0),
          ],
          remedy: told`Read why in the log of that pod (${code('archive command failed')}) and of the archiver's sidekick: a full or missing bucket and credentials that ended are usual. A base backup made after the last success is what a restore can begin with.`,
        },
      ]
    : [];

const lastSuccess = ({ archiver }: ServerReport): string =>
  archiver.lastOk === undefined ? 'it never succeeded since the statistics began' : `it succeeded last at ${archiver.lastOk}`;

export const archiveWarnings = ({ pod, answer }: PrimaryReport): string[] =>
  isFailing(answer) && (answer.unarchived ?? 0) < MOST_UNARCHIVED
    ? [
        `archiving from ${pod} fails, last at ${answer.archiver.lastFailure ?? '?'}: ${answer.unarchived === undefined ? 'how many WAL files wait was not told in time' : waiting(answer.unarchived)}`,
      ]
    : [];

/** Beyond this and what the question took, times of a server and of pgdist cannot be compared. */
const CLOCK_OFF_MS = 10_000;

/** Where all servers that say their time are off in the same way, it is the worker that is. */
export const clockWarnings = (pods: readonly PodReport[]): string[] => {
  const told = pods.flatMap(({ pod, cluster, clock }) => (clock === undefined ? [] : [{ pod, cluster, ...clock }]));
  const off = told.filter(({ aheadMs, withinMs }) => Math.abs(aheadMs) > CLOCK_OFF_MS + withinMs);
  const [first] = off;
  if (first === undefined) return [];
  const clusters = new Set(off.map(({ cluster }) => cluster));
  const alike = off.every(({ aheadMs }) => Math.abs(aheadMs - first.aheadMs) < CLOCK_OFF_MS);
  if (off.length === told.length && alike && clusters.size > 1)
    return [`the clock of pgdist's worker is ${spanText(Math.abs(first.aheadMs))} ${first.aheadMs > 0 ? 'behind' : 'ahead of'} those of all servers`];
  return off.map(
    ({ pod, cluster, aheadMs }) =>
      `the clock of ${pod} on ${cluster} is ${spanText(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} that of pgdist's worker: certificates and delays are judged by it`,
  );
};
