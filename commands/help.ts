import type { Command } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';

const help: Command<'help'> = {
  name: 'help',
  deed: 'help',
  summary: 'this list',
  usage: 'help',
  async run(_invocation, { commands, fleet, databases }) {
    return {
      text: [
        `pgdist runs one PostgreSQL over the clusters of fleet **${fleet.name}**: ${fleet.clusters.map(({ name }) => name).join(', ')}.`,
        ...commands.map(({ usage, summary }) => `\`${SLASH} ${usage}\` · ${summary}`),
        `Databases: ${databases.map(({ name }) => `\`${name}\``).join(', ')}. Nothing changes on a cluster before an approver presses Approve.`,
      ].join('\n'),
    };
  },
};
export default help;
