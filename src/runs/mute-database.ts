import type { Mute } from '../domain/alert.ts';
import { cut } from '../domain/cut.ts';
import { UserError } from '../domain/problem.ts';
import { told } from '../domain/text.ts';
import type { Asker, Muting } from '../ports/use-cases.ts';
import { databaseNamed } from './database-named.ts';
import { doDeed, membershipFor } from './deed.ts';
import { authoriseRole } from './permissions.ts';
import type { RunDeps } from './use-case.ts';

const REASON_LENGTH = 200;

/** Until its end nothing but dangers is told of the database; what still lasts then is told. A look comes at once, so that an open alert says so. */
export const muteDatabase = (deps: RunDeps, request: Muting): Promise<Mute> =>
  doDeed(deps, 'mute', request, async (trace, intend) => {
    const { clock, watches } = deps;
    const { by, forMs, reason = '' } = request;
    await authorisedOver(deps, 'mute', request);
    const of = watchedNamed(deps, request.database);
    const now = clock.now();
    const mute: Mute = {
      by,
      at: now.toISOString(),
      until: new Date(now.getTime() + forMs).toISOString(),
      ...(reason === '' ? {} : { reason: cut(reason, REASON_LENGTH) }),
    };
    trace.database = of.database;
    trace.until = mute.until;
    await intend(of.database);
    await watches.mute(of, mute);
    await watches.dueAt(of, now);
    return mute;
  });

export const unmuteDatabase = (deps: RunDeps, request: Asker & { readonly database: string }): Promise<Mute | undefined> =>
  doDeed(deps, 'unmute', request, async (trace, intend) => {
    const { clock, watches } = deps;
    await authorisedOver(deps, 'unmute', request);
    const of = watchedNamed(deps, request.database);
    trace.database = of.database;
    await intend(of.database);
    const before = await watches.unmute(of);
    await watches.dueAt(of, clock.now());
    return before;
  });

/** Throws UserError unless the person may do the deed to this database, which belongs to no run. */
export const authorisedOver = async (
  deps: RunDeps,
  name: 'mute' | 'unmute' | 'lock' | 'unlock',
  { by, database }: Pick<Muting, 'by' | 'database'>,
): Promise<void> => {
  const known = databaseNamed(deps.config.databases, database).name;
  await membershipFor(deps).knownEnough((members) => authoriseRole(deps.config.slack, name, known, by, members));
};

const watchedNamed = ({ config }: RunDeps, name: string): { readonly fleet: string; readonly database: string } => {
  const { name: database } = databaseNamed(config.databases, name);
  if (config.watch?.has(database) === false)
    throw new UserError(
      told`Nothing was done: \`${database}\` is not watched, so that nothing is told of it unasked (\`watch\` in \`pgdist.yaml\`).`,
    );
  return { fleet: config.fleet.name, database };
};
