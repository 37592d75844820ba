/** Objects of the Web API and of payloads, as Slack writes them. */
import type { Channel, Message, View } from '../model.ts';
import { mimetypeOf, repliesOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { teamOfUser } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import type { SlackUser } from '../contract.ts';

export const messageShape = (workspace: Workspace, message: Message, withMetadata = false): Readonly<Record<string, unknown>> => {
  const channel = workspace.channels.get(message.channel);
  const replies = channel ? repliesOf(channel, message.ts) : [];
  return {
    type: 'message',
    ...(message.isTombstone ? { subtype: 'tombstone', hidden: true } : {}),
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.options.team.id,
    ...(message.botId ? { bot_id: message.botId, app_id: workspace.options.app.appId } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs, parent_user_id: channel?.messages.find(({ ts }) => ts === message.threadTs)?.user } : {}),
    ...(replies.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users_count: new Set(replies.map(({ user }) => user)).size,
          reply_users: [...new Set(replies.map(({ user }) => user))],
          latest_reply: replies.at(-1)?.ts,
        }
      : {}),
    ...(message.files.length > 0 ? { files: message.files.map((id) => fileShape(workspace, id)), upload: true } : {}),
    ...(message.reactions.size > 0 ? { reactions: [...message.reactions].map(([name, users]) => ({ name, users, count: users.length })) } : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  };
};

export const fileShape = (workspace: Workspace, id: string): Readonly<Record<string, unknown>> => {
  const file = workspace.files.get(id);
  if (!file) throw new SlackError('file_not_found');
  const link = `${workspace.origin}/files/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: mimetypeOf(file.name),
    filetype: file.name.split('.').at(-1),
    size: file.content?.length ?? file.length,
    user: workspace.options.app.botUserId,
    permalink: link,
    url_private: link,
    url_private_download: link,
  };
};

export const channelShape = (workspace: Workspace, channel: Channel): Readonly<Record<string, unknown>> =>
  channel.isIm
    ? { id: channel.id, is_im: true, user: channel.members[0], is_archived: false }
    : {
        id: channel.id,
        name: channel.name,
        name_normalized: channel.name,
        is_channel: !channel.isPrivate,
        is_group: channel.isPrivate,
        is_im: false,
        is_mpim: false,
        is_private: channel.isPrivate,
        is_archived: channel.isArchived,
        is_shared: channel.isExtShared,
        is_ext_shared: channel.isExtShared,
        is_pending_ext_shared: false,
        is_org_shared: false,
        is_member: channel.members.includes(workspace.options.app.botUserId),
        topic: { value: channel.topic, creator: '', last_set: 0 },
        purpose: { value: '', creator: '', last_set: 0 },
        num_members: channel.members.length,
      };

export const userShape = (workspace: Workspace, user: SlackUser): Readonly<Record<string, unknown>> => {
  const has = (flag: NonNullable<SlackUser['flags']>[number]): boolean => user.flags?.includes(flag) ?? false;
  return {
    id: user.id,
    team_id: teamOfUser(workspace, user),
    name: user.name,
    real_name: user.realName,
    deleted: has('deleted'),
    is_bot: has('bot'),
    is_admin: has('admin') || has('owner'),
    is_owner: has('owner'),
    is_restricted: has('guest') || has('single-channel-guest'),
    is_ultra_restricted: has('single-channel-guest'),
    ...(has('stranger') ? { is_stranger: true } : {}),
    ...enterpriseUser(workspace, user),
    is_app_user: false,
    tz: workspace.timeZone,
    profile: { real_name: user.realName, display_name: user.name, team: teamOfUser(workspace, user) },
  };
};

const enterpriseUser = (workspace: Workspace, user: SlackUser): object => {
  const { enterprise } = workspace.options.team;
  if (enterprise === undefined || user.flags?.includes('stranger')) return {};
  const teams = user.teams ?? [teamOfUser(workspace, user)];
  return {
    enterprise_user: { id: user.id, enterprise_id: enterprise.id, enterprise_name: enterprise.name, is_admin: false, is_owner: false, teams },
  };
};

export const viewShape = (workspace: Workspace, view: View, values: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  id: view.id,
  team_id: workspace.options.team.id,
  app_id: workspace.options.app.appId,
  app_installed_team_id: workspace.options.team.id,
  bot_id: workspace.botId,
  type: view.definition.type,
  title: view.definition.title ?? null,
  submit: view.definition.submit ?? null,
  close: view.definition.close ?? null,
  blocks: view.definition.blocks,
  callback_id: view.definition.callback_id ?? '',
  private_metadata: view.definition.private_metadata ?? '',
  external_id: view.definition.external_id ?? '',
  state: { values },
  hash: view.hash,
  root_view_id: view.rootId,
  previous_view_id: view.previousId ?? null,
  clear_on_close: view.definition.clear_on_close ?? false,
  notify_on_close: view.definition.notify_on_close ?? false,
});
