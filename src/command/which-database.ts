import { UserError } from '../domain/problem.ts';
import { code, joined, told, within, type Text } from '../domain/text.ts';
import { SLASH, type FormKind, type Reply } from '../ports/use-cases.ts';
import { databasesAsTyped } from '../domain/several-fleets.ts';
import type { CommandContext, Invocation } from './command.ts';

/** The name that was typed, else that of the only database; undefined where there are several. */
export const databaseMeant = ({ values }: Pick<Invocation, 'values'>, { databases }: Pick<CommandContext, 'databases'>): string | undefined => {
  const [only, ...others] = databases;
  return values['database'] ?? (others.length === 0 ? only?.name : undefined);
};

/**
 * The same for a verb that needs one. Left out in a slash command it is asked for in a form; what could be typed instead is the text of the reply, and of
 * the UserError that is thrown where there can be no form. A deploy is never begun by one word there: its form says first what is to be deployed.
 */
export const databaseOrForm = (
  verb: FormKind,
  invocation: Pick<Invocation, 'values' | 'way'>,
  context: Pick<CommandContext, 'databases' | 'fleets'>,
): string | Reply => {
  const name = verb === 'deploy' && invocation.way === 'command' ? invocation.values['database'] : databaseMeant(invocation, context);
  if (name !== undefined) return name;
  const text = sayWhich(verb, context.fleets);
  if (invocation.way === 'command') return { text, ...formFor(verb, context.fleets) };
  throw new UserError(text);
};

/** Of one fleet alone, where that was named or is the only one. */
export const formFor = (verb: FormKind, [only, another]: CommandContext['fleets']): Pick<Reply, 'form' | 'fleet'> => ({
  form: verb,
  ...(only === undefined || another !== undefined ? {} : { fleet: only.fleet.name }),
});

const sayWhich = (verb: FormKind, fleets: CommandContext['fleets']): Text => {
  const lines = databasesAsTyped(fleets).map((database) => code(`${SLASH} ${verb} ${database}`));
  return told`Say which database: ${within(joined(lines, ', '))}.`;
};
