import type { Command } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { startRun } from '../src/command/start.ts';
import { databaseMeant } from '../src/command/which-database.ts';
import { joined, told } from '../src/domain/text.ts';

const status: Command<'status'> = {
  name: 'status',
  deed: 'status',
  summary: 'ask the clusters and PostgreSQL how a database is now; --private answers to you alone',
  usage: 'status [database] [--private]',
  async run(invocation, context) {
    const name = databaseMeant(invocation, context);
    if (name !== undefined) return await startRun('status', name, invocation, context);
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
