import type { ReplicationTable } from '../domain/replication.ts';
import type { Run } from '../domain/run.ts';
import type { RunStore } from '../ports/run-store.ts';

/**
 * The run's replication table with what earlier runs saw: a replica of which no cluster tells since when it is gone was last seen streaming
 * then. Remembers for later runs which replicas stream now.
 */
export const tableWithMemory = async (store: RunStore, { fleet, database, replication }: Run): Promise<ReplicationTable | undefined> => {
  if (replication === undefined) return undefined;
  const streaming = replication.rows.filter(({ state }) => state === 'streaming').map(({ pod }) => pod);
  if (streaming.length > 0) await store.rememberStreaming(fleet.name, database.name, streaming, replication.askedAt);
  const gone = replication.rows.some(({ state, missingSince }) => missingSince === undefined && isGone(state));
  return gone ? withLastSeen(replication, await store.lastStreaming(fleet.name, database.name)) : replication;
};

const withLastSeen = (table: ReplicationTable, lastSeen: Readonly<Record<string, string>>): ReplicationTable => ({
  ...table,
  rows: table.rows.map((row) => {
    const at = lastSeen[row.pod];
    return at === undefined || row.missingSince !== undefined || !isGone(row.state)
      ? row
      : { ...row, missingSince: { at, source: 'last seen streaming' } };
  }),
});

const isGone = (state: string): boolean => state === 'missing' || state === 'unreachable';
