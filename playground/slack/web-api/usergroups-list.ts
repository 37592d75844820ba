import { z } from 'zod';
import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { flag } from './parameters.ts';

/** Throws what Slack answers where the workspace's plan is without user groups. */
export const needsGroups = ({ plan }: Workspace): void => {
  if (plan === 'free') throw new SlackError('plan_upgrade_required');
};

const shownTo = (workspace: Workspace, withDisabled: boolean) => {
  needsGroups(workspace);
  return [...workspace.usergroups.values()].filter(({ isDisabled = false }) => withDisabled || !isDisabled);
};

export const usergroupsList = defineMethod({
  name: 'usergroups.list',
  tier: 'tier2',
  scope: 'usergroups:read',
  parameters: z.object({ include_users: flag, include_disabled: flag }),
  call: (given, { workspace }) => ({
    usergroups: shownTo(workspace, given.include_disabled === true).map((group) => ({
      id: group.id,
      team_id: workspace.options.team.id,
      is_usergroup: true,
      name: group.name,
      handle: group.handle,
      user_count: group.users.length,
      // Slack's is the instant; that it was is what apps look at.
      date_delete: group.isDisabled === true ? 1 : 0,
      ...(given.include_users ? { users: group.users } : {}),
    })),
  }),
});
