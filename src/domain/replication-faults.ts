import { notDeployed, noPrimary, splitBrain } from './primary-faults.ts';
import type { Problem } from './problem.ts';
import { primariesOf, unheardOf, type PodReport } from './replication-report.ts';
import type { ReplicationTable } from './replication.ts';
import { serverFaults, serverWarnings } from './server-faults.ts';
import { hasLostSlot, slotRisk, slotWarnings } from './slot-faults.ts';
import { connectionsTaken, preparedLeft, serversTaken } from './session-faults.ts';
import { clockWarnings, notArchived, volumesFull, volumeWarnings } from './volume-faults.ts';
import { readOnly, readOnlyWarnings, syncStalled } from './write-faults.ts';
import { labelledOtherwise } from './role-labels.ts';
import { missing } from './missing-standbys.ts';
import { unaskedWarnings, unheardBeside } from './unheard-beside.ts';
import { applyDelayWarnings, diverged, isOnOldTimeline, lagging, notReplaying } from './standby-faults.ts';

interface ReplicationFaults {
  /** The database is not as wanted; what may lose data first, then the cause before what follows from it. */
  readonly problems: readonly Problem[];
  /** Worth a look while the database is healthy. */
  readonly warnings: readonly string[];
}

/**
 * Judges the answers in a fixed order: split brain, no primary, servers that end before long, diverged, writes that wait or are refused, missing, slots,
 * archive, replay, lag. What nobody heard is never taken for down.
 */
export const replicationFaults = (table: ReplicationTable, pods: readonly PodReport[], hub: string): ReplicationFaults => {
  const primaries = primariesOf(pods);
  const [primary] = primaries;
  const name = `${table.namespace}/${table.database}`;
  if (primary === undefined) {
    const problem = notDeployed(table, pods);
    const others = [...volumesFull(pods), ...serversTaken(pods)];
    return {
      problems: problem !== undefined ? [problem] : [...others, ...(isFullAlone(pods) ? [] : [noPrimary(name, pods)])],
      warnings: [...volumeWarnings(pods), ...clockWarnings(pods)],
    };
  }
  const { answer } = primary;
  const told = pods.flatMap((pod) => (isOnOldTimeline(answer, pod) || hasLostSlot(answer, pod) ? [pod.pod] : []));
  const of = { hub, namespace: table.namespace, database: table.database };
  const problems = [
    ...splitBrain(name, primaries),
    ...volumesFull(pods),
    ...serverFaults(primary, table.namespace),
    ...diverged(answer, pods, of),
    ...syncStalled(name, answer),
    ...readOnly(name, primary),
    ...(primaries.length > 1 ? [] : labelledOtherwise(name, table.namespace, primary, pods)),
    ...connectionsTaken(name, primary),
    ...serversTaken(pods),
    ...preparedLeft(name, primary),
    ...unheardBeside(table, primary, pods),
    ...missing(table, primary, pods, { hub, told }),
    ...slotRisk(answer, pods, of),
    ...notArchived(name, primary),
    ...notReplaying(pods, table.namespace),
    ...lagging(table.rows, pods),
  ];
  return {
    problems,
    warnings: [
      ...slotWarnings(answer, pods),
      ...serverWarnings(primary),
      ...readOnlyWarnings(primary),
      ...volumeWarnings(pods),
      ...applyDelayWarnings(pods),
      ...unaskedWarnings(table, pods),
      ...clockWarnings(pods),
    ],
  };
};

/** Servers that take no session run: nothing else is unknown of them. */
const isFullAlone = (pods: readonly PodReport[]): boolean => {
  const unheard = unheardOf(pods);
  return unheard.length > 0 && unheard.every(({ full }) => full === true);
};
