import { UserError } from '../domain/problem.ts';
import { code, told } from '../domain/text.ts';
import { actorOf, type TerminalPerson } from '../domain/terminal-people.ts';
import type { Actor } from '../domain/run.ts';
import type { People } from '../ports/people.ts';

/** Who one is, by the word of the hub's API server, and who that counts as. Throws UserError for whom pgdist.yaml does not name. */
const identify = async (people: readonly TerminalPerson[], whoAmI: () => Promise<string>): Promise<Actor> => {
  const user = await whoAmI();
  const actor = actorOf(people, user);
  if (actor !== undefined) return actor;
  throw new UserError(
    told`Nothing was done: the hub knows you as ${code(user)}, whom pgdist.yaml does not name. An entry in terminal.people with this user, and slack (your member id) or role, lets you in.`,
  );
};

/**
 * The same where any of several hubs may say it: the first that knows somebody whom its fleet names. Ends the questions to the others; throws what the first
 * of all hubs came to where none does.
 */
export const identifiedByAny = async <T extends { readonly terminalPeople: readonly TerminalPerson[] }>(
  fleets: readonly T[],
  whoAmI: (fleet: T, signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<Actor> => {
  const done = new AbortController();
  const asked = fleets.map((fleet) => identify(fleet.terminalPeople, () => whoAmI(fleet, AbortSignal.any([signal, done.signal]))));
  try {
    return await Promise.any(asked);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    done.abort(KNOWN);
  }
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const KNOWN = new Error('it is known who asks');

/** Nobody comes so far whom the configuration does not name. */
export const namedPeople: People = {
  async standing() {
    return { kind: 'member' };
  },
};
