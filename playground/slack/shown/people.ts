import type { Workspace } from '../workspace.ts';
import type { Choice } from './model.ts';

/** Whom a users_select offers. */
export const peopleOf = (workspace: Workspace): Choice[] =>
  [...workspace.users.values()]
    .filter(({ flags }) => !flags?.includes('bot') && !flags?.includes('deleted'))
    .map(({ id, realName }) => ({ value: id, label: realName }));
