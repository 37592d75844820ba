import type { Command } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';

const deploy: Command<'deploy'> = {
  name: 'deploy',
  deed: 'deploy',
  summary: 'plan a database over the clusters and show the plan for approval; nothing changes before that',
  usage: 'deploy <database>',
  run: (invocation, context) => startRun('deploy', invocation.values['database'] ?? '', invocation, context),
};
export default deploy;
