import type { Command } from '../src/command/command.ts';
import { link, phrase, told } from '../src/domain/text.ts';

const reject: Command<'reject'> = {
  name: 'reject',
  deed: 'reject',
  summary: 'reject the plan of a run, which its thread shows with the reason; for approvers, admins and who asked for the run',
  usage: 'reject <run> [reason...]',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const { run: runId = '', reason } = values;
    const { id, rejection, thread } = await runs.reject({ ...asker, runId, ...(reason === undefined ? {} : { reason }) });
    const where = thread.permalink === undefined ? 'its thread' : link(thread.permalink, 'its thread');
    const why = rejection?.reason === undefined ? '' : phrase`: “${rejection.reason}”`;
    return { text: told`The plan of run \`${id}\` is rejected${why}. Nothing was changed; ${where} says so to everybody.` };
  },
};
export default reject;
