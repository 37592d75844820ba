import type { Command } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';
import { databaseNeeded } from '../src/command/which-database.ts';

const deploy: Command<'deploy'> = {
  name: 'deploy',
  deed: 'deploy',
  summary: 'plan a database over the clusters and show the plan for approval; nothing changes before that',
  usage: 'deploy [database] [--break-glass reason...]',
  async run(invocation, context) {
    const { reason } = invocation.values;
    const breakGlass = reason === undefined ? {} : { breakGlass: reason };
    return await startRun('deploy', databaseNeeded('deploy', invocation, context), invocation, context, breakGlass);
  },
};
export default deploy;
