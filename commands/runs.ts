import type { Command } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { isTerminal, type Run } from '../src/domain/run.ts';

const SHOWN = 10;

const runs: Command<'runs'> = {
  name: 'runs',
  deed: 'runs',
  summary: `list the last ${SHOWN} runs with their threads`,
  usage: 'runs',
  async run(asker, { runs: useCases, fleet }) {
    const newest = await useCases.list(asker, SHOWN);
    if (newest.length === 0) return { text: `No run yet on fleet **${fleet.name}**. \`${SLASH} help\` lists the commands.` };
    return { text: [`Last ${newest.length} runs on fleet **${fleet.name}**, newest first:`, ...newest.map(line)].join('\n') };
  },
};
export default runs;

const line = (run: Run): string => {
  const thread = run.thread.permalink === undefined ? '' : ` · {link:${run.thread.permalink}|thread}`;
  const ended = isTerminal(run.state) && run.endedAt !== undefined ? ` {time:${run.endedAt}}` : '';
  return `\`${run.id}\` ${run.kind} ${run.database.name} · **${run.state.replaceAll('-', ' ')}**${ended} · asked by {user:${run.requestedBy.userId}} {time:${run.requestedAt}}${thread}`;
};
