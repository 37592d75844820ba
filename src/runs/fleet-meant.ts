import { cut } from '../domain/cut.ts';
import type { Database } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import { nearestTo } from '../domain/nearest.ts';
import { UserError } from '../domain/problem.ts';
import { code, joined, type Phrase, phrase, told, within } from '../domain/text.ts';
import { didYouMean, quoted } from '../domain/words.ts';
import { SLASH } from '../ports/use-cases.ts';

/** A fleet with its databases. */
export interface FleetWithDatabases {
  readonly fleet: Pick<Fleet, 'name'>;
  readonly databases: readonly Database[];
}

/** How a line names a fleet. */
export const FLEET_OPTION = '--fleet';

/** The fleet of that name, or a refusal that lists them. '' is none. */
export const fleetNamed = <T extends Pick<FleetWithDatabases, 'fleet'>>(name: string, fleets: readonly T[]): T => {
  const found = fleets.find(({ fleet }) => fleet.name === name);
  if (found !== undefined) return found;
  const names = fleets.map(({ fleet }) => fleet.name);
  if (name === '') throw new UserError(told`Say which fleet behind ${code(FLEET_OPTION)}. ${listed(names)}.`);
  const hint = didYouMean(nearestTo(name, names));
  throw new UserError(told`There is no fleet ${quoted(name)} here.${hint} ${listed(names)}.`);
};

const listed = (names: readonly string[]): Phrase =>
  names.length === 1
    ? phrase`The only one is ${code(names[0] ?? '')}`
    : phrase`There are ${within(
        joined(
          names.map((name) => code(name)),
          ', ',
        ),
      )}`;

/** The fleet that has the database; undefined: none does. Throws UserError where several do: `line` is what is typed again, with the option of each. */
export const fleetOfDatabase = <T extends FleetWithDatabases>(line: string, database: string, fleets: readonly T[]): T | undefined => {
  const having = fleets.filter(({ databases }) => databases.some(({ name }) => name === database));
  if (having.length <= 1) return having[0];
  const lines = having.map(({ fleet }) => code(`${SLASH} ${cut(line, LINE_LENGTH)} ${FLEET_OPTION} ${fleet.name}`));
  throw new UserError(told`Several fleets have a database ${code(database)}. Say which: ${within(joined(lines, ', '))}.`);
};

const LINE_LENGTH = 120;

/** How a command names each database of these fleets: with its fleet where another one has the name, too. */
export const databasesAsTyped = (fleets: readonly FleetWithDatabases[]): string[] =>
  fleets.flatMap((one) => one.databases.map(({ name }) => databaseAsTyped(name, one.fleet.name, fleets)));

const databaseAsTyped = (database: string, fleet: string, fleets: readonly FleetWithDatabases[]): string => {
  const isElsewhere = fleets.some((other) => other.fleet.name !== fleet && other.databases.some(({ name }) => name === database));
  return isElsewhere ? `${database} ${FLEET_OPTION} ${fleet}` : database;
};
