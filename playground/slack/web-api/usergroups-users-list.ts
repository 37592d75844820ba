import { z } from 'zod';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { flag, id } from './parameters.ts';
import { needsGroups } from './usergroups-list.ts';

export const usergroupsUsersList = defineMethod({
  name: 'usergroups.users.list',
  tier: 'tier2',
  scope: 'usergroups:read',
  parameters: z.object({ usergroup: id, include_disabled: flag }),
  call: (given, { workspace }) => {
    needsGroups(workspace);
    const group = workspace.usergroups.get(given.usergroup);
    if (!group || (group.isDisabled === true && given.include_disabled !== true)) throw new SlackError('no_such_subteam');
    return { users: group.users };
  },
});
