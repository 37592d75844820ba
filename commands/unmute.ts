import type { Command } from '../src/command/command.ts';
import { unmuted } from '../src/command/unmuted.ts';

const unmute: Command<'unmute'> = {
  name: 'unmute',
  deed: 'unmute',
  summary: 'tell of a database unasked again',
  usage: 'unmute <database>',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const { database = '' } = values;
    return { text: unmuted(database, await runs.unmute({ ...asker, database })) };
  },
};
export default unmute;
