import { mayAsk } from '../domain/approving.ts';
import type { Choice, DatabaseNow } from '../domain/database-now.ts';
import type { Log } from '../ports/log.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import type { Belongs, Members } from '../domain/policy.ts';
import type { Actor } from '../domain/run.ts';
import type { Groups } from '../ports/groups.ts';
import type { FormKind } from '../ports/use-cases.ts';
import { askedGroups, NO_GROUPS } from './membership.ts';
import type { FleetSeen } from './use-case.ts';

export interface NowDeps {
  readonly watches: Pick<WatchStore, 'recall' | 'deploying'>;
  readonly log: Log;
}

/** Of the fleets those that work in one of these channels. */
export const fleetsIn = (fleets: readonly FleetSeen[], channels: readonly string[]): FleetSeen[] =>
  fleets.filter(({ slack }) => slack.channels.some((channel) => channels.includes(channel)));

/** How each database of these fleets was last, as the watch remembers it. What cannot be read is told as not known. */
export const databasesNow = ({ watches, log }: NowDeps, fleets: readonly FleetSeen[]): Promise<DatabaseNow[]> => {
  const now = async ({ fleet, database }: Pick<DatabaseNow, 'fleet' | 'database'>): Promise<DatabaseNow> => {
    const of = { fleet, database: database.name };
    try {
      const [{ watched }, deploying] = await Promise.all([watches.recall(of), watches.deploying(of)]);
      return { database, fleet, last: watched.last ?? 'not-looked', ...(deploying === undefined ? {} : { deploying }) };
    } catch (error) {
      log.warn({ ...of, reason: String(error) }, 'how a database was last cannot be read');
      return { database, fleet, last: 'not-known' };
    }
  };
  return Promise.all(fleets.flatMap(({ fleet, databases }) => databases.map((database) => now({ fleet: fleet.name, database }))));
};

/** The same of those that this person may ask for by the rules. Slack is asked about groups only where it hangs on them. */
export const databasesFor = async (
  deps: NowDeps & { readonly groups?: Groups },
  fleets: readonly FleetSeen[],
  { by, verb }: { readonly by: Actor; readonly verb: FormKind },
): Promise<Choice> => {
  const may = ({ fleet, database }: DatabaseNow, members: Members): Belongs => {
    const policy = fleets.find((one) => one.fleet.name === fleet)?.slack;
    return policy === undefined ? 'no' : mayAsk(policy, { verb, database: database.name, clusters: [] }, by.userId, members);
  };
  const all = await databasesNow(deps, fleets);
  const unclear = all.flatMap((database) => groupsIn(may(database, NOBODY)));
  const { known } = await askedGroups(deps.groups ?? NO_GROUPS, unclear);
  const judged = all.map((database) => ({ database, may: may(database, known) }));
  const notKnown = judged.filter((one) => typeof one.may !== 'string');
  return {
    databases: judged.flatMap((one) => (one.may === 'yes' ? [one.database] : [])),
    ofOthers: judged.flatMap((one) => (one.may === 'no' ? [one.database.database.name] : [])),
    notKnown: { databases: notKnown.map((one) => one.database.database.name), groups: [...new Set(notKnown.flatMap((one) => groupsIn(one.may)))] },
  };
};

const NOBODY: Members = new Map();
const groupsIn = (belongs: Belongs): readonly string[] => (typeof belongs === 'string' ? [] : belongs);
