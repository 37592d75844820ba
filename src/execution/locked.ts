import type { Lock } from '../domain/lock.ts';
import type { Run } from '../domain/run.ts';
import type { RunStore } from '../ports/run-store.ts';

/** The lock that keeps a deploy of the run's database from being begun. */
export const lockOf = async (
  { store }: { readonly store: Pick<RunStore, 'locked'> },
  { fleet, database }: Pick<Run, 'fleet' | 'database'>,
): Promise<Lock | undefined> => store.locked(fleet.name, database.name);
