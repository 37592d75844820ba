import type { CommandContext, Invocation, Reply } from './command.ts';
import { findCommand, parseArguments, wordsOf } from './line.ts';

/** Who typed, where; everything of an invocation that is not typed. Exported for tests. */
export type Asker = Omit<Invocation, 'values' | 'flags'>;

/** What is typed after /pgdist, or after the bot's name in a thread, becomes the reply of one command; nothing typed is `help`. Throws UserError. */
export const createAnswer =
  (context: CommandContext) =>
  async (text: string, asker: Asker): Promise<Reply> => {
    const [verb = 'help', ...words] = wordsOf(text);
    const command = findCommand(context.commands, verb);
    return await command.run({ ...asker, ...parseArguments(command, words) }, context);
  };
