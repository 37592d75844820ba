import { type Command, SLASH } from '../src/command/command.ts';
import { code, joined, told, within } from '../src/domain/text.ts';

const help: Command = {
  name: 'help',
  summary: 'this list',
  usage: 'help',
  async run(_invocation, { commands, fleet, databases }) {
    return {
      text: joined(
        [
          told`pgdist runs one PostgreSQL over the clusters of fleet **${fleet.name}**: ${fleet.clusters.map(({ name }) => name).join(', ')}.`,
          ...commands.map(({ usage, summary }) => told`\`${SLASH} ${usage}\` · ${summary}`),
          told`Databases: ${within(
            joined(
              databases.map(({ name }) => code(name)),
              ', ',
            ),
          )}. Nothing changes on a cluster before an approver presses Approve.`,
        ],
        '\n',
      ),
    };
  },
};
export default help;
