import type { Command } from '../src/command/command.ts';
import { fleetsNamed } from '../src/command/fleets-named.ts';
import { newestRuns } from '../src/command/newest-runs.ts';
import { isTerminal, type Run } from '../src/domain/run.ts';
import { spanText } from '../src/domain/quantity.ts';
import { joined, link, phrase, type Phrase, type Text, time, told, user } from '../src/domain/text.ts';
import { SLASH } from '../src/ports/use-cases.ts';

const SHOWN = 15;

const history: Command<'history'> = {
  name: 'history',
  deed: 'history',
  summary: `list the last ${SHOWN} runs, of one database or of all: who asked and approved, how each ended, and how long it took`,
  usage: 'history [database]',
  async run({ values, flags: _flags, ...asker }, { runs, fleets }) {
    const { database } = values;
    const found = await runs.history({ ...asker, ...(database === undefined ? {} : { database }) }, SHOWN);
    const of = database === undefined ? phrase`on ${fleetsNamed(fleets)}` : phrase`of \`${database}\``;
    if (found.length === 0) return { text: told`No run yet ${of}. \`${SLASH} help\` lists the commands.` };
    return { text: joined([newestRuns(found.length, of), ...found.map((run) => line(run, fleets.length > 1))], '\n') };
  },
};
export default history;

const line = (run: Run, several: boolean): Text => {
  const { id, kind, database, state, requestedBy, requestedAt, thread } = run;
  const where = thread.permalink === undefined ? '' : phrase` · ${link(thread.permalink, 'thread')}`;
  return told`${time(requestedAt)} \`${id}\` ${kind} ${database.name}${several ? phrase` on fleet **${run.fleet.name}**` : ''} by ${user(requestedBy.userId)} · **${state.replaceAll('-', ' ')}**${who(run)}${took(run)}${where}`;
};

/** Who decided. */
const who = ({ state, approval, rejection, cancelledBy }: Run): Phrase | string => {
  const approved = approval === undefined ? '' : phrase`, approved by ${user(approval.by.userId)}`;
  if (state === 'rejected' && rejection !== undefined) return phrase` by ${user(rejection.by.userId)}`;
  if (state === 'cancelled' && cancelledBy !== undefined) return phrase` by ${user(cancelledBy.userId)}${approved}`;
  return approved;
};

/** Of the work: from the approval on where there was one, as nobody works while a plan waits. */
const took = ({ state, approval, startedAt, requestedAt, endedAt }: Run): string => {
  const from = approval?.at ?? startedAt ?? requestedAt;
  if (!isTerminal(state) || endedAt === undefined || endedAt < from) return '';
  return ` · ${approval === undefined ? '' : 'applied '}in ${spanText(Date.parse(endedAt) - Date.parse(from))}`;
};
