import type { Command } from '../src/command/command.ts';
import { isTerminal } from '../src/domain/run.ts';
import { link, told } from '../src/domain/text.ts';

const cancel: Command = {
  name: 'cancel',
  summary: 'stop a run; what is in place stays',
  usage: 'cancel <run>',
  async run({ values, by, channel }, { runs }) {
    const run = await runs.cancel({ runId: values['run'] ?? '', by, channel });
    const where = run.thread.permalink === undefined ? 'its thread' : link(run.thread.permalink, 'its thread');
    if (isTerminal(run.state)) return { text: told`Run \`${run.id}\` is ${run.state}. What is in place stays; ${where} says what that is.` };
    return { text: told`Run \`${run.id}\` is stopping: a step that is under way gets 30 s to finish. Follow it in ${where}.` };
  },
};
export default cancel;
