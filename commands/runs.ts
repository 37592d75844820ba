import type { Command } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { isTerminal, type Run } from '../src/domain/run.ts';
import { joined, link, phrase, type Text, time, told, user, within } from '../src/domain/text.ts';
import { refusalSentence } from '../src/domain/thread-refusal.ts';

const SHOWN = 10;

const runs: Command<'runs'> = {
  name: 'runs',
  deed: 'runs',
  summary: `list the last ${SHOWN} runs with their threads`,
  usage: 'runs',
  async run(asker, { runs: useCases, fleet }) {
    const newest = await useCases.list(asker, SHOWN);
    if (newest.length === 0) return { text: told`No run yet on fleet **${fleet.name}**. \`${SLASH} help\` lists the commands.` };
    return { text: joined([told`Last ${newest.length} runs on fleet **${fleet.name}**, newest first:`, ...newest.map(line)], '\n') };
  },
};
export default runs;

const line = (run: Run): Text => {
  const thread = run.thread.permalink === undefined ? '' : phrase` · ${link(run.thread.permalink, 'thread')}`;
  const ended = isTerminal(run.state) && run.endedAt !== undefined ? phrase` ${time(run.endedAt)}` : '';
  const { refusal } = run.thread;
  const unseen = refusal === undefined ? '' : phrase` · **seen by nobody**: ${within(refusalSentence(refusal, run.thread.channel))}`;
  return told`\`${run.id}\` ${run.kind} ${run.database.name} · **${run.state.replaceAll('-', ' ')}**${ended} · asked by ${user(run.requestedBy.userId)} ${time(run.requestedAt)}${thread}${unseen}`;
};
