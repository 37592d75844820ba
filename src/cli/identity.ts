import { UserError } from '../domain/problem.ts';
import { code, told } from '../domain/text.ts';
import { actorOf, type TerminalPerson } from '../domain/terminal-people.ts';
import type { Actor } from '../domain/run.ts';
import type { People } from '../ports/people.ts';

/** Who one is, by the word of the hub's API server, and who that counts as. Throws UserError for whom pgdist.yaml does not name. */
export const identify = async (people: readonly TerminalPerson[], whoAmI: () => Promise<string>): Promise<Actor> => {
  const user = await whoAmI();
  const actor = actorOf(people, user);
  if (actor !== undefined) return actor;
  throw new UserError(
    told`Nothing was done: the hub knows you as ${code(user)}, whom pgdist.yaml does not name. An entry in terminal.people with this user, and slack (your member id) or role, lets you in.`,
  );
};

/** Nobody comes so far whom the configuration does not name. */
export const namedPeople: People = {
  async standing() {
    return { kind: 'member' };
  },
};
