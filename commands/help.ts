import { isProblemCode, PROBLEMS, UserError } from '../src/domain/problem.ts';
import { code, joined, phrase, type Text, told, within } from '../src/domain/text.ts';
import { quoted } from '../src/domain/words.ts';
import type { Command } from '../src/command/command.ts';
import { findCommand } from '../src/command/line.ts';
import { codeIn } from '../src/command/problem-code.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { databasesAsTyped } from '../src/domain/several-fleets.ts';

const help: Command<'help'> = {
  name: 'help',
  deed: 'help',
  summary: 'this list, what one command does, or what stands behind a code such as PGD-041',
  usage: 'help [command|code]',
  async run({ values }, { commands, fleets, databases }) {
    const about = values['command|code'];
    if (about !== undefined) {
      const problem = codeIn(about);
      return { text: problem === undefined ? aboutOne(findCommand(commands, about, databases), databasesAsTyped(fleets)) : aboutProblem(problem) };
    }
    return {
      text: joined(
        [
          ...fleets.map(
            ({ fleet }) =>
              told`pgdist runs one PostgreSQL over the clusters of fleet **${fleet.name}**: ${fleet.clusters.map(({ name }) => name).join(', ')}.`,
          ),
          ...commands.map(({ usage, summary }) => told`\`${SLASH} ${usage}\` · ${summary}`),
          told`Databases: ${within(
            joined(
              databasesAsTyped(fleets).map((database) => code(database)),
              ', ',
            ),
          )}.${fleets.length > 1 ? FLEET_HINT : ''} Nothing changes on a cluster before an approver presses Approve.`,
        ],
        '\n',
      ),
    };
  },
};
export default help;

/** A command with what could be typed right now. */
const aboutOne = ({ name, usage, summary }: Command, databases: readonly string[]): Text => {
  const examples = examplesOf(usage, databases).map((line) => code(`${SLASH} ${line}`));
  return joined(
    [
      told`\`${SLASH} ${usage}\` · ${summary}`,
      ...(usage === name ? [] : [told`For example: ${within(joined(examples, ', '))}`]),
      ...(usage.includes('<run')
        ? [told`In a run's thread ${code(`@pgdist ${name}`)} is enough: it knows its run. \`${SLASH} runs\` lists runs.`]
        : []),
    ],
    '\n',
  );
};

/** With names of this configuration; of what it does not know, one that shows the form. */
const examplesOf = (usage: string, databases: readonly string[]): readonly string[] => {
  const named = databases.slice(0, MOST_EXAMPLES);
  const plain = usage
    .replace(/ \[--\w+\]/g, '')
    .replace(/ \[--break-glass reason\.\.\.\]/, '')
    .replace('<duration>', '2h')
    .replace('[command|code]', 'deploy')
    .replace('[on|off]', 'off')
    .replace(/ [[<]reason\.\.\.[\]>]/, ' storage is being moved')
    .replace('<run>', 'r7k2');
  const withDatabase = (line: string): readonly string[] => (DATABASE.test(line) ? named.map((name) => line.replace(DATABASE, name)) : [line]);
  return plain.includes('<run|database>')
    ? [plain.replace('<run|database>', 'r7k2'), ...withDatabase(plain.replace('<run|database>', '<database>'))]
    : withDatabase(plain);
};

const DATABASE = /[[<]database[\]>]/;

const MOST_EXAMPLES = 5;

const FLEET_HINT = phrase` \`--fleet <name>\` behind any command names a fleet.`;

/** What the page of the code says. */
const aboutProblem = (typed: string): Text => {
  if (!isProblemCode(typed)) throw new UserError(told`There is no problem ${quoted(typed)}. \`docs/problems.md\` lists them all.`);
  const { title, meaning, looksAt, remedy } = PROBLEMS[typed];
  return joined([told`\`${typed}\` **${title}**`, meaning, told`**pgdist looks at** ${within(looksAt)}`, told`**Do:** ${within(remedy)}`], '\n');
};
