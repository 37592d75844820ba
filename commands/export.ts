import type { Command } from '../src/command/command.ts';
import { started } from '../src/runs/sentences.ts';

const exports: Command<'export'> = {
  name: 'export',
  deed: 'export',
  summary: 'the steps of a run as a script and YAML files to run by hand, as one file in a thread; for approvers, admins and who asked for the run',
  usage: 'export <run>',
  run: async ({ values, flags: _flags, ...asker }, { runs }) => ({
    text: started(await runs.export({ ...asker, runId: values['run'] ?? '' }), runs.workers()),
  }),
};
export default exports;
