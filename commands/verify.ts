import type { Command } from '../src/command/command.ts';
import { startNamed } from '../src/command/start.ts';

const verify: Command<'verify'> = {
  name: 'verify',
  deed: 'verify',
  summary: 'look at every step from the clusters to the standbys, change nothing, and name the first that does not hold',
  usage: 'verify [database]',
  run: async (invocation, context) => await startNamed('verify', invocation, context),
};
export default verify;
