import type { Command } from '../src/command/command.ts';
import { started } from '../src/runs/sentences.ts';

const bundle: Command<'bundle'> = {
  name: 'bundle',
  deed: 'bundle',
  summary:
    'collect objects, events, logs and facts of the clusters without secrets, as one file in a thread; for approvers, admins and who asked for the run',
  usage: 'bundle <run|database>',
  run: async ({ values, flags: _flags, ...asker }, { runs }) => ({
    text: started(await runs.bundle({ ...asker, about: values['run|database'] ?? '' }), runs.workers()),
  }),
};
export default bundle;
