import { UserError } from '../domain/problem.ts';
import { code, joined, told, within } from '../domain/text.ts';
import { SLASH } from '../ports/use-cases.ts';
import { databasesAsTyped } from '../runs/fleet-meant.ts';
import type { CommandContext, Invocation } from './command.ts';

/** The name that was typed, else that of the only database; undefined where there are several. */
export const databaseMeant = ({ values }: Pick<Invocation, 'values'>, { databases }: Pick<CommandContext, 'databases'>): string | undefined => {
  const [only, ...others] = databases;
  return values['database'] ?? (others.length === 0 ? only?.name : undefined);
};

/** The same for a verb that needs one: throws UserError that lists what could be typed. */
export const databaseNeeded = (
  verb: string,
  invocation: Pick<Invocation, 'values'>,
  context: Pick<CommandContext, 'databases' | 'fleets'>,
): string => {
  const name = databaseMeant(invocation, context);
  if (name !== undefined) return name;
  const lines = databasesAsTyped(context.fleets).map((database) => code(`${SLASH} ${verb} ${database}`));
  throw new UserError(told`Say which database: ${within(joined(lines, ', '))}.`);
};
