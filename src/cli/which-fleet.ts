import { fleetMeant } from '../command/fleet-option.ts';
import { UserError } from '../domain/problem.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { FleetWithDatabases } from '../domain/several-fleets.ts';
import { quoted } from '../domain/terminal.ts';
import { fleetNamed } from '../runs/fleet-meant.ts';
import { type Options, UsageError, VERBS, type Verb } from './options.ts';
import { plain } from './show-run.ts';

/**
 * The fleet whose hub says who types: that of the run, of the option, of the database; undefined: none is meant. Throws UsageError with the lines to
 * type where it cannot be told.
 */
export const fleetOfLine = async <T extends FleetWithDatabases>(
  { verb, words, reason, fleet: named }: Options,
  fleets: readonly T[],
  store: Pick<RunStore, 'get'>,
): Promise<T | undefined> => {
  const [only, another] = fleets;
  if (another === undefined && named === undefined) return only;
  const [word] = words;
  const { usage } = VERBS[verb as Verb];
  const isDatabase =
    usage.includes('database') && (!usage.includes('run') || fleets.some(({ databases }) => databases.some(({ name }) => name === word)));
  if (word !== undefined && !isDatabase) return await fleetOfRun(word, named, fleets, store);
  try {
    const values: Record<string, string> = word === undefined ? {} : { database: word };
    if (isDatabase) return fleetMeant({ line: [verb, ...words, ...(reason === undefined ? [] : [quoted(reason)])].join(' '), values, named }, fleets);
    return named === undefined ? undefined : fleetNamed(named, fleets);
  } catch (error) {
    throw error instanceof UserError ? new UsageError(plain(error.text)) : error;
  }
};

/** A run that is not kept, or cannot be read, is of no fleet; what it is asked for tells that. */
const fleetOfRun = async <T extends FleetWithDatabases>(
  id: string,
  named: string | undefined,
  fleets: readonly T[],
  store: Pick<RunStore, 'get'>,
): Promise<T | undefined> => {
  const run = await store.get(id).catch(() => undefined);
  if (run !== undefined && named !== undefined && named !== run.fleet.name)
    throw new UsageError(`Run ${id} is of fleet ${run.fleet.name}, not of ${named}.`);
  return fleets.find(({ fleet }) => fleet.name === run?.fleet.name);
};
