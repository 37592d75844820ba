import type { Lock } from '../domain/lock.ts';
import type { Run } from '../domain/run.ts';
import type { Execution } from './execution.ts';
import { whileHeld } from './while-held.ts';

/** The lock that keeps a deploy of the run's database from being begun. */
export const lockOf = (
  { deps, lease }: Pick<Execution, 'deps' | 'lease'>,
  { fleet, database }: Pick<Run, 'fleet' | 'database'>,
): Promise<Lock | undefined> => whileHeld({ lease, clock: deps.clock }, () => deps.store.locked(fleet.name, database.name));
