import { nearestTo } from '../domain/nearest.ts';
import { UserError } from '../domain/problem.ts';
import { code, joined, told, within } from '../domain/text.ts';
import { didYouMean, quoted } from '../domain/words.ts';
import { SLASH } from '../ports/use-cases.ts';
import { FLEET_OPTION, type FleetWithDatabases } from '../domain/several-fleets.ts';
import { fleetNamed, fleetOfDatabase } from '../runs/fleet-meant.ts';
import { folded } from './typed.ts';

/** The words of a line without the option that names a fleet, and the name; '' where none stands behind it. */
export const withoutFleet = (words: readonly string[]): { readonly words: readonly string[]; readonly fleet?: string } => {
  const at = words.findIndex((word) => folded(word) === FLEET_OPTION || folded(word).startsWith(`${FLEET_OPTION}=`));
  const [option = '', next = ''] = at === -1 ? [] : words.slice(at);
  if (at === -1) return { words };
  if (option.includes('=')) return { words: words.toSpliced(at, 1), fleet: folded(option.slice(FLEET_OPTION.length + 1)) };
  return next === '' || next.startsWith('-') ? { words: words.toSpliced(at, 1), fleet: '' } : { words: words.toSpliced(at, 2), fleet: folded(next) };
};

/** What a line says, of which the fleet is sought. */
interface Line {
  /** As it would be typed again: 'mute postgres 2h'. */
  readonly line: string;
  readonly values: Readonly<Record<string, string>>;
  /** By the option; '': it named none. */
  readonly named: string | undefined;
}

/**
 * The fleet that a line is about: the one that it names, the only one, or the one that has the database; undefined: all of them, or that of the run.
 * Throws UserError with the lines to type where it cannot be told.
 */
export const fleetMeant = <T extends FleetWithDatabases>({ line, values, named }: Line, fleets: readonly T[]): T | undefined => {
  if (named !== undefined) return fleetNamed(named, fleets);
  const [only, another] = fleets;
  if (another === undefined) return only;
  const { database, 'run|database': either } = values;
  if (either !== undefined) return fleetOfDatabase(line, either, fleets);
  if (database === undefined) return fleetOfTheOnly(fleets);
  const found = fleetOfDatabase(line, database, fleets);
  if (found === undefined) throw new UserError(noDatabase(database, fleets));
  return found;
};

/** Where all fleets together have one database, that is meant. */
const fleetOfTheOnly = <T extends FleetWithDatabases>(fleets: readonly T[]): T | undefined => {
  const [having, another] = fleets.flatMap((one) => one.databases.map(() => one));
  return another === undefined ? having : undefined;
};

const noDatabase = (name: string, fleets: readonly FleetWithDatabases[]) => {
  const names = fleets.flatMap(({ databases }) => databases.map((database) => database.name));
  const all = within(
    joined(
      fleets.map(({ fleet }) => code(fleet.name)),
      ', ',
    ),
  );
  return told`There is no database ${quoted(name)} in the fleets ${all}.${didYouMean(nearestTo(name, [...new Set(names)]))} \`${SLASH} status\` lists them all.`;
};
