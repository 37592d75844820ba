import type { Command } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { startRun } from '../src/command/start.ts';
import { UserError } from '../src/domain/problem.ts';
import { code, joined, told, within } from '../src/domain/text.ts';

const verify: Command<'verify'> = {
  name: 'verify',
  deed: 'verify',
  summary: 'look at every step from the clusters to the standbys, change nothing, and name the first that does not hold',
  usage: 'verify [database]',
  async run(invocation, context) {
    const [only, ...others] = context.databases;
    const name = invocation.values['database'] ?? (others.length === 0 ? only?.name : undefined);
    if (name === undefined) {
      throw new UserError(
        told`Say which database: ${within(
          joined(
            context.databases.map((database) => code(`${SLASH} verify ${database.name}`)),
            ', ',
          ),
        )}.`,
      );
    }
    return await startRun('verify', name, invocation, context);
  },
};
export default verify;
