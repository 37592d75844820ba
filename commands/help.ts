import type { Database } from '../src/domain/database.ts';
import { code, joined, type Text, told, within } from '../src/domain/text.ts';
import type { Command } from '../src/command/command.ts';
import { findCommand } from '../src/command/line.ts';
import { SLASH } from '../src/ports/use-cases.ts';

const help: Command<'help'> = {
  name: 'help',
  deed: 'help',
  summary: 'this list, or what one command does',
  usage: 'help [command]',
  async run({ values }, { commands, fleet, databases }) {
    const about = values['command'];
    if (about !== undefined) return { text: aboutOne(findCommand(commands, about, databases), databases) };
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

/** A command with what could be typed right now. */
const aboutOne = ({ name, usage, summary }: Command, databases: readonly Database[]): Text => {
  const examples = usage.includes('[database]') ? databases.slice(0, MOST_EXAMPLES).map((database) => code(`${SLASH} ${name} ${database.name}`)) : [];
  return joined(
    [told`\`${SLASH} ${usage}\` · ${summary}`, ...(examples.length === 0 ? [] : [told`For example: ${within(joined(examples, ', '))}`])],
    '\n',
  );
};

const MOST_EXAMPLES = 5;
