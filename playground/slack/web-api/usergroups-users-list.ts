import { z } from 'zod';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';

export const usergroupsUsersList = defineMethod({
  name: 'usergroups.users.list',
  tier: 'tier2',
  scope: 'usergroups:read',
  parameters: z.object({ usergroup: id }),
  call: (given, { workspace }) => {
    const group = workspace.usergroups.get(given.usergroup);
    if (!group) throw new SlackError('no_such_subteam');
    return { users: group.users };
  },
});
