import { FLEET_OPTION, type FleetWithDatabases } from './several-fleets.ts';
import type { Fleet } from './fleet.ts';
import { type Text, withWords } from './text.ts';

/** A fleet with all that a line may name of it. */
interface NamedFleet extends FleetWithDatabases {
  readonly fleet: Pick<Fleet, 'name' | 'clusters'>;
}

/** Stands behind the option where it is not known which fleet is meant. */
const ANY = '<name>';

/**
 * The one rule for lines that people are told to type: where several fleets have a database or a cluster of the name in it, the line says which fleet is meant. `fleet`:
 * the one that the sentence is about; undefined where that is not known. Whoever writes a sentence writes the line as for one fleet.
 */
export const namingFleet = (fleet: string | undefined, fleets: readonly NamedFleet[]): ((text: Text) => Text) => {
  const shared = {
    database: sharedNames(fleets.map(({ databases }) => databases.map(({ name }) => name))),
    cluster: sharedNames(fleets.map(({ fleet: { clusters } }) => clusters.map(({ name }) => name))),
  };
  if (shared.database.size + shared.cluster.size === 0) return (text) => text;
  const option = `${FLEET_OPTION} ${fleet ?? ANY}`;
  const completed = (line: string, name: string, of: ReadonlySet<string>): string => (of.has(name) ? `${line} ${option}` : line);
  return (text) =>
    withWords(text, (words) =>
      words
        .replace(ABOUT_A_DATABASE, (line, name: string) => completed(line, name, shared.database))
        .replace(ABOUT_A_CLUSTER, (line, name: string) => completed(line, name, shared.cluster)),
    );
};

/** The same for every remedy in what is stored of a run or an alert, at any depth. */
export const namingFleetInRemedies = (fleet: string, fleets: readonly NamedFleet[]): (<T>(value: T) => T) => {
  const named = namingFleet(fleet, fleets);
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, key === 'remedy' ? named(field as Text) : walk(field)]));
  };
  return <T>(value: T): T => (fleets.length < 2 ? value : (walk(value) as T));
};

const sharedNames = (each: readonly (readonly string[])[]): ReadonlySet<string> => {
  const all = each.flatMap((names) => [...new Set(names)]);
  return new Set(all.filter((name, at) => all.indexOf(name) !== at));
};

const ABOUT_A_DATABASE =
  /\/pgdist (?:deploy|plan|status|verify|explain|history|bundle|mute|unmute|lock|unlock) ([a-z0-9][a-z0-9-]{0,62})(?![\w-]|(?: [^,.;/`\n]{0,200})? --fleet)/g;
const ABOUT_A_CLUSTER = /(?:npm run rbac --|pgdist rbac) --cluster ([a-z0-9][a-z0-9.-]{0,251}[a-z0-9])(?![\w-]| --fleet)/g;
