import { z } from 'zod';
import { defineMethod } from './method.ts';
import { flag } from './parameters.ts';

export const usergroupsList = defineMethod({
  name: 'usergroups.list',
  tier: 'tier2',
  scope: 'usergroups:read',
  parameters: z.object({ include_users: flag }),
  call: (given, { workspace }) => ({
    usergroups: [...workspace.usergroups.values()].map((group) => ({
      id: group.id,
      team_id: workspace.options.team.id,
      is_usergroup: true,
      name: group.name,
      handle: group.handle,
      user_count: group.users.length,
      ...(given.include_users ? { users: group.users } : {}),
    })),
  }),
});
