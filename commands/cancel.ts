import type { Command } from '../src/command/command.ts';
import { isTerminal } from '../src/domain/run.ts';
import { link, told } from '../src/domain/text.ts';
import { absenceTold } from '../src/domain/workers.ts';

const cancel: Command<'cancel'> = {
  name: 'cancel',
  deed: 'cancel',
  summary: 'stop a run; what is in place stays',
  usage: 'cancel <run>',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const run = await runs.cancel({ ...asker, runId: values['run'] ?? '' });
    const where = run.thread.permalink === undefined ? 'its thread' : link(run.thread.permalink, 'its thread');
    if (isTerminal(run.state)) return { text: told`Run \`${run.id}\` is ${run.state}. What is in place stays; ${where} says what that is.` };
    const workers = runs.workers();
    if (workers.kind === 'none') return { text: absenceTold(workers, run) };
    return { text: told`Run \`${run.id}\` is stopping: a step that is under way gets 30 s to finish. Follow it in ${where}.` };
  },
};
export default cancel;
