import type { Command } from '../src/command/command.ts';
import { startRun } from '../src/command/start.ts';
import { databaseNeeded } from '../src/command/which-database.ts';

const verify: Command<'verify'> = {
  name: 'verify',
  deed: 'verify',
  summary: 'look at every step from the clusters to the standbys, change nothing, and name the first that does not hold',
  usage: 'verify [database]',
  run: async (invocation, context) => await startRun('verify', databaseNeeded('verify', invocation, context), invocation, context),
};
export default verify;
