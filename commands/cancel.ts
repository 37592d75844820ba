import type { Command } from '../src/command/command.ts';
import { cancelledTold } from '../src/domain/done-words.ts';
import { isTerminal } from '../src/domain/run.ts';
import { absenceTold } from '../src/domain/workers.ts';

const cancel: Command<'cancel'> = {
  name: 'cancel',
  deed: 'cancel',
  summary: 'stop a run; what is in place stays',
  usage: 'cancel <run>',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const run = await runs.cancel({ ...asker, runId: values['run'] ?? '' });
    const workers = runs.workers();
    return { text: workers.kind === 'none' && !isTerminal(run.state) ? absenceTold(workers, run) : cancelledTold(run) };
  },
};
export default cancel;
