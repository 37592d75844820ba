import type { DatabaseNow } from '../domain/database-now.ts';
import type { Log } from '../ports/log.ts';
import type { WatchStore } from '../ports/watch-store.ts';
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
