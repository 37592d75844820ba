import type { Command } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';
import { databaseNeeded } from '../src/command/which-database.ts';

const plan: Command<'plan'> = {
  name: 'plan',
  deed: 'plan',
  summary: 'show what a deploy would do, every object and field of it, and ask nobody to approve it',
  usage: 'plan [database]',
  run: async (invocation, context) => await startRun('plan', databaseNeeded('plan', invocation, context), invocation, context),
};
export default plan;
