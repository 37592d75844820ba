import type { Database } from './database.ts';
import type { Fleet } from './fleet.ts';
import type { Run } from './run.ts';

/** A fleet with its databases. */
export interface FleetWithDatabases {
  readonly fleet: Pick<Fleet, 'name'>;
  readonly databases: readonly Pick<Database, 'name'>[];
}

/** How a line names a fleet. */
export const FLEET_OPTION = '--fleet';

/** How a command names each database of these fleets. */
export const databasesAsTyped = (fleets: readonly FleetWithDatabases[]): string[] =>
  fleets.flatMap((one) => one.databases.map(({ name }) => databaseAsTyped(name, one.fleet.name, fleets)));

/** How a command names a database: with its fleet where another one of these has the name, too. */
export const databaseAsTyped = (database: string, fleet: string, fleets: readonly FleetWithDatabases[]): string => {
  const isElsewhere = fleets.some((other) => other.fleet.name !== fleet && other.databases.some(({ name }) => name === database));
  return isElsewhere ? `${database} ${FLEET_OPTION} ${fleet}` : database;
};

/** How a command names the database of a run. */
export const asTyped = ({ typed, database }: Pick<Run, 'typed' | 'database'>): string => typed ?? database.name;
