import type { Command } from '../src/command/command.ts';
import { fleetsNamed } from '../src/command/fleets-named.ts';
import { newestRuns } from '../src/command/newest-runs.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { isTerminal, type Run } from '../src/domain/run.ts';
import { joined, link, phrase, type Text, time, told, user, within } from '../src/domain/text.ts';
import { refusalSentence } from '../src/domain/thread-refusal.ts';
import { noWorker, startWorkers, type WorkersKnown } from '../src/domain/workers.ts';

const SHOWN = 10;

const runs: Command<'runs'> = {
  name: 'runs',
  deed: 'runs',
  summary: `list the last ${SHOWN} runs with their threads`,
  usage: 'runs',
  async run(asker, { runs: useCases, fleets }) {
    const newest = await useCases.list(asker, SHOWN);
    if (newest.length === 0) return { text: told`No run yet on ${fleetsNamed(fleets)}. \`${SLASH} help\` lists the commands.` };
    const listed = [newestRuns(newest.length, phrase`on ${fleetsNamed(fleets)}`), ...newest.map((run) => line(run, fleets.length > 1))];
    return { text: joined(aboutWorkers(useCases.workers(), listed), '\n') };
  },
};
export default runs;

/** What must be known of the workers stands before the list, what is not known of them after it. */
const aboutWorkers = (workers: WorkersKnown, listed: readonly Text[]): readonly Text[] => {
  if (workers.kind === 'none')
    return [told`${noWorker(workers)}: runs under way are kept and go on when one starts. ${startWorkers(workers)}`, ...listed];
  return workers.kind === 'alive' ? listed : [...listed, told`Whether a worker is alive is not known at this moment.`];
};

const line = (run: Run, ofSeveral: boolean): Text => {
  const thread = run.thread.permalink === undefined ? '' : phrase` · ${link(run.thread.permalink, 'thread')}`;
  const ended = isTerminal(run.state) && run.endedAt !== undefined ? phrase` ${time(run.endedAt)}` : '';
  const { refusal } = run.thread;
  const unseen = refusal === undefined ? '' : phrase` · **seen by nobody**: ${within(refusalSentence(refusal, run.thread.channel))}`;
  return told`\`${run.id}\` ${run.kind} ${run.database.name}${ofSeveral ? ` on ${run.fleet.name}` : ''} · **${run.state.replaceAll('-', ' ')}**${ended} · asked by ${user(run.requestedBy.userId)} ${time(run.requestedAt)}${thread}${unseen}`;
};
