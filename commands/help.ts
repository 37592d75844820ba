import { type Command, SLASH } from '../src/command/command.ts';

const help: Command = {
  name: 'help',
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
