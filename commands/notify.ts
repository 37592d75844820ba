import type { Command } from '../src/command/command.ts';
import { UserError } from '../src/domain/problem.ts';
import { told } from '../src/domain/text.ts';
import { quoted } from '../src/domain/words.ts';
import { SLASH } from '../src/ports/use-cases.ts';

const WANTED: Readonly<Record<string, boolean>> = { on: true, off: false };

const notify: Command<'notify'> = {
  name: 'notify',
  deed: 'notify',
  summary: 'whether pgdist writes to you directly: when a run waits for your approval, and when a deploy of yours ended',
  usage: 'notify [on|off]',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const typed = values['on|off'];
    const wanted = typed === undefined ? undefined : WANTED[typed];
    if (typed !== undefined && wanted === undefined)
      throw new UserError(told`${quoted(typed)} is neither \`on\` nor \`off\`: \`${SLASH} notify off\`.`);
    const isOn = await runs.notify({ ...asker, ...(wanted === undefined ? {} : { wanted }) });
    return {
      text: isOn
        ? told`pgdist writes to you directly when a run waits for your approval, and when a deploy of yours ended. \`${SLASH} notify off\` ends it.`
        : told`pgdist does not write to you directly. What is told in the channels stays there. \`${SLASH} notify on\` begins it again.`,
    };
  },
};
export default notify;
