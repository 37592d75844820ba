import { cut } from '../domain/cut.ts';
import { nearestTo } from '../domain/nearest.ts';
import { UserError } from '../domain/problem.ts';
import { FLEET_OPTION, type FleetWithDatabases } from '../domain/several-fleets.ts';
import { code, joined, type Phrase, phrase, told, within } from '../domain/text.ts';
import { didYouMean, quoted } from '../domain/words.ts';
import { SLASH } from '../ports/use-cases.ts';

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
