import { isUnknown, type ReplicationTable } from '../domain/replication.ts';
import type { Run } from '../domain/run.ts';
import type { Log } from '../ports/log.ts';
import type { RunStore } from '../ports/run-store.ts';

/**
 * The run's replication table with what earlier runs saw: of a replica that does not stream now, when one saw it streaming last. Remembers for later
 * runs which replicas stream now. The table is what the clusters said: while the store does not answer it stands without that memory, and says so
 * where it would have helped.
 */
export const tableWithMemory = async (
  { store, log }: { readonly store: Memory; readonly log: Pick<Log, 'warn'> },
  run: Pick<Run, 'fleet' | 'database' | 'replication'>,
): Promise<ReplicationTable | undefined> => {
  try {
    return await withMemory(store, run);
  } catch (error) {
    log.warn({ reason: String(error) }, 'what was last seen streaming is not known, the store does not answer');
    return run.replication?.rows.some(isUnknown) === true
      ? { ...run.replication, notes: [...run.replication.notes, 'last seen streaming: not known, the store of pgdist is slow or away'] }
      : run.replication;
  }
};

type Memory = Pick<RunStore, 'lastStreaming' | 'rememberStreaming'>;

const withMemory = async (
  store: Memory,
  { fleet, database, replication }: Pick<Run, 'fleet' | 'database' | 'replication'>,
): Promise<ReplicationTable | undefined> => {
  if (replication === undefined) return undefined;
  const streaming = replication.rows.filter(({ state }) => state === 'streaming').map(({ pod }) => pod);
  if (streaming.length > 0) await store.rememberStreaming(fleet.name, database.name, streaming, replication.askedAt);
  return replication.rows.some(isUnknown) ? withLastSeen(replication, await store.lastStreaming(fleet.name, database.name)) : replication;
};

const withLastSeen = (table: ReplicationTable, lastSeen: Readonly<Record<string, string>>): ReplicationTable => ({
  ...table,
  rows: table.rows.map((row) => {
    const at = lastSeen[row.pod];
    return at === undefined || !isUnknown(row) ? row : { ...row, lastStreaming: at };
  }),
});
