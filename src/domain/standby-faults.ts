import { byTyping, byWords, type Problem } from './problem.ts';
import { bytesText, spanText } from './quantity.ts';
import type { PodReport, ServerReport } from './replication-report.ts';
import type { ReplicationRow } from './replication.ts';
import { rebuilding } from './operations.ts';
import { psqlIn } from './terminal.ts';
import { told } from './text.ts';
import { beyondFork, forkFrom } from './timeline-fork.ts';

/** KubeDB's maximumLagBeforeFailover as pgdist sets it: a standby further behind may not take over. */
export const LAG_LIMIT_BYTES = 64 * 1024 ** 2;
/** A standby that holds WAL and applies none of it for so long is not one that catches up. */
const BEHIND_LIMIT_MS = 5 * 60_000;

/** On an older timeline than the primary, and without a connection. */
export const isOnOldTimeline = (primary: ServerReport, { answer }: PodReport): boolean =>
  answer?.inRecovery === true &&
  answer.receiver === undefined &&
  answer.timeline !== undefined &&
  primary.timeline !== undefined &&
  answer.timeline < primary.timeline;

export const diverged = (primary: ServerReport, pods: readonly PodReport[], of: Parameters<typeof rebuilding>[1]): Problem[] =>
  pods.flatMap((one) => {
    const { pod, cluster, answer } = one;
    if (answer === undefined || !isOnOldTimeline(primary, one)) return [];
    return [
      {
        code: 'PGD-065' as const,
        what: told`${pod} on ${cluster} stayed on an old timeline`,
        evidence: [
          `timeline ${answer.timeline} at ${answer.replayedLsn ?? '?'}, the primary is on ${primary.timeline}`,
          ...forkFrom(primary, answer, answer.replayedLsn),
          'no WAL receiver is connected',
        ],
        ...(beyondFork(primary, answer, answer.replayedLsn) === 0n
          ? byTyping(
              told`It has nothing of its own and follows as soon as it is connected: look where it wants to receive from, which its coordinator writes anew when the pod restarts.`,
              psqlIn(cluster, of.namespace, pod, 'SHOW primary_conninfo'),
            )
          : rebuilding(
              told`Rows that only it has are lost when it is copied anew: save them first. Then have KubeDB copy it (taken only while the database is Critical):`,
              of,
            )),
      },
    ];
  });

/** A standby that receives and does not apply: it answers old data, and takes long to take over. */
export const notReplaying = (pods: readonly PodReport[], namespace: string): Problem[] =>
  pods.flatMap(({ pod, cluster, answer }): Problem[] => {
    if (answer?.inRecovery !== true) return [];
    const unread = [`received ${answer.receivedLsn ?? '?'}, replayed ${answer.replayedLsn ?? '?'}`];
    const behind = answer.replayBehindMs ?? 0;
    if (answer.replayPaused === true)
      return [
        {
          code: 'PGD-067',
          what: told`Replay is paused in ${pod} on ${cluster}`,
          evidence: ['pg_is_wal_replay_paused() is true', ...unread],
          ...byTyping(told`Ask who paused it; then let it go on:`, psqlIn(cluster, namespace, pod, 'SELECT pg_wal_replay_resume()')),
        },
      ];
    if (behind <= BEHIND_LIMIT_MS) return [];
    const conflict = answer.replayWaits?.startsWith('RecoveryConflict') === true ? answer.replayWaits : undefined;
    return [
      {
        code: 'PGD-067',
        what: told`${pod} on ${cluster} has not replayed anything newer than ${spanText(behind)}`,
        evidence: [
          ...unread,
          ...(answer.settings.applyDelayMs > 0 ? [`recovery_min_apply_delay is ${spanText(answer.settings.applyDelayMs)}`] : []),
          ...(conflict === undefined ? [] : [`its replay waits: ${conflict}`]),
        ],
        ...(answer.settings.applyDelayMs > 0
          ? byTyping(
              told`If the delay is not wanted:`,
              psqlIn(cluster, namespace, pod, 'ALTER SYSTEM SET recovery_min_apply_delay = 0'),
              psqlIn(cluster, namespace, pod, 'SELECT pg_reload_conf()'),
            )
          : conflict === undefined
            ? byWords(told`Look at the load and the disk of its node: replay is one process, and slower than what it receives.`)
            : byTyping(
                told`End the queries on that standby that hold its replay up, or lower max_standby_streaming_delay:`,
                psqlIn(cluster, namespace, pod, "SELECT pid, state, xact_start, query FROM pg_stat_activity WHERE backend_type = 'client backend'"),
              )),
      },
    ];
  });

/** A standby that is meant to be late shows it only once somebody wrote for so long. */
export const applyDelayWarnings = (pods: readonly PodReport[]): string[] =>
  pods.flatMap(({ pod, cluster, answer }) =>
    answer?.inRecovery === true && answer.settings.applyDelayMs > 0 && (answer.replayBehindMs ?? 0) <= BEHIND_LIMIT_MS
      ? [
          `recovery_min_apply_delay of ${pod} on ${cluster} is ${spanText(answer.settings.applyDelayMs)}: it answers data of so long ago, and takes over so much later`,
        ]
      : [],
  );

export const lagging = (rows: readonly ReplicationRow[], pods: readonly PodReport[]): Problem[] =>
  rows
    .filter(({ state, lagBytes }) => state === 'streaming' && (lagBytes ?? 0) > LAG_LIMIT_BYTES)
    .filter(
      ({ pod }) =>
        notReplaying(
          pods.filter((report) => report.pod === pod),
          '',
        ).length === 0,
    )
    .map((row) => ({
      code: 'PGD-065' as const,
      what: told`${row.pod} on ${row.cluster} is ${bytesText(row.lagBytes ?? 0)} behind`,
      evidence: [
        `beyond ${bytesText(LAG_LIMIT_BYTES)} a standby may not take over`,
        ...(row.via === 'slice' ? ['it replicates over the slice'] : []),
      ],
      remedy: told`Write less or raise bandwidthCeilingKbps of the slice; 1536 MB behind means that it must be copied anew.`,
    }));
