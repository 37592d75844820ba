import type { Command } from '../src/command/command.ts';
import { startNamed } from '../src/command/start.ts';

const plan: Command<'plan'> = {
  name: 'plan',
  deed: 'plan',
  summary: 'show what a deploy would do, every object and field of it, and ask nobody to approve it',
  usage: 'plan [database]',
  run: async (invocation, context) => await startNamed('plan', invocation, context),
};
export default plan;
