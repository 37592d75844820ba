import { databaseNamed } from '../src/command/line.ts';
import { type Command, SLASH } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';
import { joined, told } from '../src/domain/text.ts';

const status: Command = {
  name: 'status',
  summary: 'ask the clusters and PostgreSQL how a database is now; --private answers to you alone',
  usage: 'status [database] [--private]',
  async run(invocation, context) {
    const name = invocation.values['database'];
    const [only, ...others] = context.databases;
    if (name !== undefined || (only !== undefined && others.length === 0)) {
      return await startRun(
        'status',
        name === undefined && only !== undefined ? only : databaseNamed(context.databases, name ?? ''),
        invocation,
        context,
      );
    }
    const listed = context.databases.map(
      (database) =>
        told`\`${database.name}\` · version ${database.version}, ${database.replicas} replicas in namespace ${database.namespace} on ${Object.keys(database.placement).join(', ')}`,
    );
    return {
      text: joined(
        [told`Fleet **${context.fleet.name}** has ${context.databases.length} databases. Ask for one: \`${SLASH} status <database>\``, ...listed],
        '\n',
      ),
    };
  },
};
export default status;
