import type { Command } from '../src/command/command.ts';
import { startNamed } from '../src/command/start.ts';

const deploy: Command<'deploy'> = {
  name: 'deploy',
  deed: 'deploy',
  summary: 'plan a database over the clusters and show the plan for approval; nothing changes before that',
  usage: 'deploy [database] [--break-glass reason...]',
  async run(invocation, context) {
    const { reason } = invocation.values;
    const breakGlass = reason === undefined ? {} : { breakGlass: reason };
    return await startNamed('deploy', invocation, context, breakGlass);
  },
};
export default deploy;
