import { cut } from '../domain/cut.ts';
import { type Lock, lockTold } from '../domain/lock.ts';
import { UserError } from '../domain/problem.ts';
import type { Run } from '../domain/run.ts';
import { told } from '../domain/text.ts';
import { type Locking, SLASH } from '../ports/use-cases.ts';
import { databaseNamed } from './database-named.ts';
import { doDeed } from './deed.ts';
import { authorisedOver } from './mute-database.ts';
import type { RunDeps } from './use-case.ts';

const REASON_LENGTH = 200;

/** From now on no deploy of the database is planned, approved or begun. One that is being applied goes on: it is returned. A second lock does not replace the first. */
export const lockDatabase = (deps: RunDeps, request: Locking): Promise<{ readonly lock: Lock; readonly goesOn: Run | undefined }> =>
  doDeed(deps, 'lock', request, async (trace, intend) => {
    const { store, clock, config } = deps;
    const { by } = request;
    await authorisedOver(deps, 'lock', request);
    const { name } = databaseNamed(config.databases, request.database);
    const reason = reasonOf(request);
    trace.database = name;
    trace.reason = reason;
    await intend(name);
    const lock: Lock = { by, at: clock.now().toISOString(), reason };
    const before = await store.lock(config.fleet.name, name, lock);
    if (before !== undefined) throw new UserError(told`Nothing was done: \`${name}\` is ${lockTold(before)} already.`);
    const goesOn = (await store.live()).find(
      ({ kind, database, fleet, state }) => kind === 'deploy' && database.name === name && fleet.name === config.fleet.name && state === 'applying',
    );
    return { lock, goesOn };
  });

/** The lock that was ended; undefined: there was none. */
export const unlockDatabase = (deps: RunDeps, request: Locking): Promise<Lock | undefined> =>
  doDeed(deps, 'unlock', request, async (trace, intend) => {
    const { store, config } = deps;
    await authorisedOver(deps, 'unlock', request);
    const { name } = databaseNamed(config.databases, request.database);
    trace.database = name;
    trace.reason = reasonOf(request);
    await intend(name);
    return store.unlock(config.fleet.name, name);
  });

const reasonOf = ({ reason }: Locking): string => cut(reason.trim(), REASON_LENGTH);

/** Throws UserError while the database is locked. `nothing` begins the sentence: 'Nothing was approved'. */
export const refuseLocked = async (
  { store, config }: Pick<RunDeps, 'store' | 'config'>,
  nothing: string,
  { kind, database }: { readonly kind: Run['kind']; readonly database: string },
): Promise<void> => {
  if (kind !== 'deploy') return;
  const lock = await store.locked(config.fleet.name, database);
  if (lock === undefined) return;
  throw new UserError(
    told`${nothing}: \`${database}\` is ${lockTold(lock)}. \`${SLASH} unlock ${database} <reason>\` ends that; approvers and admins may.`,
  );
};
