import type { Command } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';

const explain: Command<'explain'> = {
  name: 'explain',
  deed: 'explain',
  summary: 'tell the whole chain: of a database by looking anew at every hop, of a run by what it found: cause, what follows, what is ruled out',
  usage: 'explain <run|database>',
  async run(invocation, context) {
    const { values, flags: _flags, ...asker } = invocation;
    const about = values['run|database'] ?? '';
    if (context.databases.some(({ name }) => name === about)) return await startRun('verify', about, invocation, context, { explains: true });
    return { text: await context.runs.explain({ ...asker, runId: about }) };
  },
};
export default explain;
