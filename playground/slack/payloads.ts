/** Members that every payload carries, as Slack writes them. */
import type { SlackUser } from './contract.ts';
import type { Channel } from './model.ts';
import type { ResponseTarget } from './tickets.ts';
import { teamOfUser } from './workspace.ts';
import type { Workspace } from './workspace.ts';

export const teamMember = ({ options: { team } }: Workspace): object => ({
  id: team.id,
  domain: team.domain,
  ...(team.enterprise === undefined ? {} : { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
});

export const userMember = (workspace: Workspace, user: SlackUser): object => ({
  id: user.id,
  username: user.name,
  name: user.name,
  team_id: teamOfUser(workspace, user),
});

/** Names of private channels and direct conversations are not told. */
export const channelName = (channel: Channel): string => (channel.isIm ? 'directmessage' : channel.isPrivate ? 'privategroup' : channel.name);

export const responseUrl = (workspace: Workspace, target: ResponseTarget): string =>
  `${workspace.origin}/respond/${workspace.options.team.id}/${workspace.tickets.newResponse(target)}`;

export const appMembers = (workspace: Workspace): object => ({
  api_app_id: workspace.options.app.appId,
  token: workspace.verificationToken,
  is_enterprise_install: false,
  enterprise: workspace.options.team.enterprise ?? null,
});
