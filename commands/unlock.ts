import type { Command } from '../src/command/command.ts';
import { lockTold } from '../src/domain/lock.ts';
import { told } from '../src/domain/text.ts';
import { SLASH } from '../src/ports/use-cases.ts';

const unlock: Command<'unlock'> = {
  name: 'unlock',
  deed: 'unlock',
  summary: 'let deploys of a database be planned and approved again; for approvers and admins',
  usage: 'unlock <database> <reason...>',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const { database = '', reason = '' } = values;
    const before = await runs.unlock({ ...asker, database, reason });
    return {
      text:
        before === undefined
          ? told`\`${database}\` was not locked.`
          : told`\`${database}\` is unlocked; it was ${lockTold(before)}. \`${SLASH} deploy ${database}\` plans a deploy.`,
    };
  },
};
export default unlock;
