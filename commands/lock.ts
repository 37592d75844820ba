import type { Command } from '../src/command/command.ts';
import { phrase, time, told } from '../src/domain/text.ts';
import { SLASH } from '../src/ports/use-cases.ts';

const lock: Command<'lock'> = {
  name: 'lock',
  deed: 'lock',
  summary: 'let no deploy of a database be planned, approved or begun until it is unlocked; for approvers and admins',
  usage: 'lock <database> <reason...>',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const { database = '', reason = '' } = values;
    const { lock: made, goesOn } = await runs.lock({ ...asker, database, reason });
    const meanwhile =
      goesOn === undefined ? '' : phrase` Run \`${goesOn.id}\` is being applied and goes on: \`${SLASH} cancel ${goesOn.id}\` stops it.`;
    return {
      text: told`\`${database}\` is locked since ${time(made.at)} (“${made.reason}”): no deploy of it is planned, approved or begun.${meanwhile} \`${SLASH} unlock ${database} <reason>\` ends it.`,
    };
  },
};
export default lock;
