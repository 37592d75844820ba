import type { Command } from '../src/command/command.ts';
import { durationOf } from '../src/command/duration.ts';
import { unmuted } from '../src/command/unmuted.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { phrase, time, told } from '../src/domain/text.ts';

const mute: Command<'mute'> = {
  name: 'mute',
  deed: 'mute',
  summary: 'tell nothing but dangers of a database unasked for so long (30m, 2h, 1d); "off" ends it',
  usage: 'mute <database> <duration> [reason...]',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const { database = '', duration = '', reason } = values;
    if (duration === 'off') return { text: unmuted(database, await runs.unmute({ ...asker, database })) };
    const muted = await runs.mute({ ...asker, database, forMs: durationOf(duration), ...(reason === undefined ? {} : { reason }) });
    const why = muted.reason === undefined ? '' : phrase` (${muted.reason})`;
    return {
      text: told`Alerts about \`${database}\` are muted until ${time(muted.until)}${why}. A danger is told all the same, and what still lasts then is told then. \`${SLASH} unmute ${database}\` ends it.`,
    };
  },
};
export default mute;
