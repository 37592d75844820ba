import type { Interpreter, UseCases } from '../ports/use-cases.ts';
import { USE_CASES, type Command, type CommandContext } from './command.ts';
import { commandNamed, findCommand, parseArguments, refuseSecond } from './line.ts';
import { meantBy } from './meant.ts';

/**
 * What is typed after /pgdist, or after the bot's name in a thread, becomes the reply of one command; nothing typed is `help`. Whoever may not
 * ask for the verb's deed hears nothing but that. Throws UserError.
 */
export const createInterpreter =
  ({ runs, ...context }: Omit<CommandContext, 'runs'> & { readonly runs: UseCases }): Interpreter =>
  async (text, asker) => {
    const { verb, words } = meantBy(text, context);
    // Whoever mistypes hears what help tells, to whom help would tell it.
    await runs.admit(commandNamed(context.commands, verb)?.deed ?? 'help', asker);
    const command = findCommand(context.commands, verb, context.databases);
    refuseSecond(verb, words);
    return await command.run({ ...asker, ...parseArguments(command, words) }, { ...context, runs: useCasesFor(command, runs) });
  };

/** Only what the verb's deed calls for. */
const useCasesFor = ({ deed }: Command, runs: UseCases): CommandContext['runs'] =>
  Object.fromEntries(USE_CASES[deed].map((name) => [name, runs[name]])) as CommandContext['runs'];
