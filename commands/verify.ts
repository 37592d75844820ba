import { databaseNamed } from '../src/command/line.ts';
import { type Command, SLASH } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';
import { UserError } from '../src/domain/problem.ts';
import { code, joined, told, within } from '../src/domain/text.ts';

const verify: Command = {
  name: 'verify',
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
    return await startRun('verify', databaseNamed(context.databases, name), invocation, context);
  },
};
export default verify;
