import { replicationFaults } from '../../src/domain/replication-faults.ts';
import type { PodReport, ServerReport } from '../../src/domain/replication-report.ts';
import { replicationTable } from '../../src/domain/replication-table.ts';
import { typedAs } from '../../src/domain/terminal.ts';
import { plainText } from '../../src/domain/text.ts';
import { testDatabase as database, testFleet } from './fleet.ts';

const CLUSTERS = ['tokyo', 'osaka', 'tokyo'];

/** A standby that streams and has replayed all. */
export const standby: ServerReport = {
  version: 170_002,
  inRecovery: true,
  systemId: '7301',
  timeline: 2,
  receivedLsn: '0/5000000',
  replayedLsn: '0/5000000',
  receiver: 'streaming',
  standbys: [],
  slots: [],
  baseBackups: [],
  archiver: { mode: 'always', noop: true },
  settings: { syncNames: '', waitsForSync: true, readOnly: false, applyDelayMs: 0, maxConnections: 100, reservedConnections: 3 },
  connections: 4,
  syncWaiters: 0,
};
const { receiver: _, receivedLsn: __, ...withoutReceiver } = standby;
/** One that runs and receives from nobody. */
export const disconnected: ServerReport = withoutReceiver;
/** As a primary sees postgres-1 or postgres-2. */
export const seenStandby = (index: number, fields = {}) => ({
  app: `postgres-${index}`,
  state: 'streaming',
  sync: 'async',
  replayLagBytes: 0,
  ...fields,
});
export const primary: ServerReport = { ...disconnected, inRecovery: false, lsn: '0/6000000', standbys: [seenStandby(1), seenStandby(2)] };

/** What three servers come to that answered, or of which this is known. */
export const judged = (...said: Partial<PodReport>[]) => {
  const pods = said.map((report, index): PodReport => ({ pod: `postgres-${index}`, cluster: CLUSTERS[index] ?? '', ...report }));
  const table = replicationTable({ database, sliceSubnet: '10.1.0.0/16', phase: 'Ready', pods, missingSince: {}, askedAt: '2026-03-01T14:00:00Z' });
  const { problems, warnings } = replicationFaults(table, pods, 'tokyo');
  return {
    table,
    problems: problems.map(({ code, what, evidence, remedy, means }) => ({
      code,
      what: plainText(what),
      evidence,
      remedy: plainText(remedy),
      typed: means?.kind === 'terminal' ? means.lines.map((line) => typedAs(line, testFleet)) : [],
    })),
    codes: problems.map(({ code }) => code),
    warnings,
  };
};
