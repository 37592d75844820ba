import { post, threadOf } from '../messages.ts';
import type { Channel, Message } from '../model.ts';
import { escapeTyped } from '../text/typed.ts';
import { teamOfUser, userOf } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import type { ActorDeps } from './deps.ts';
import { eventCallback, sendEvent } from './events.ts';

/** Posts as the person and tells the app what it subscribed to. The events travel after this returns. */
export const say = (deps: ActorDeps, userId: string, channel: Channel, text: string, threadTs?: string): string => {
  const { workspace } = deps;
  if (!channel.members.includes(userId)) throw new Error(`${userId} is not in #${channel.name}`);
  const message = post(workspace, channel, {
    user: userId,
    text: escapeTyped(workspace, text),
    threadTs: threadTs ? threadOf(channel, threadTs) : undefined,
  });
  const { app } = workspace.options;
  if (channel.members.includes(app.botUserId)) {
    const wanted = app.events ?? ['app_mention'];
    const mentioned = message.text.includes(`<@${app.botUserId}`);
    if (mentioned && wanted.includes('app_mention')) void sendEvent(deps, eventOf(workspace, channel, message, 'app_mention'));
    const subscription = channel.isIm ? 'message.im' : channel.isPrivate ? 'message.groups' : 'message.channels';
    if (wanted.includes(subscription)) void sendEvent(deps, eventOf(workspace, channel, message, 'message'));
  }
  return message.ts;
};

const eventOf = (workspace: Workspace, channel: Channel, message: Message, type: 'app_mention' | 'message'): Record<string, unknown> =>
  eventCallback(
    workspace,
    {
      type,
      user: message.user,
      team: teamOfUser(workspace, userOf(workspace, message.user)),
      text: message.text,
      ts: message.ts,
      event_ts: message.ts,
      channel: channel.id,
      ...(type === 'message' ? { channel_type: channel.isIm ? 'im' : channel.isPrivate ? 'group' : 'channel' } : {}),
      ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    },
    { is_ext_shared_channel: channel.isExtShared },
  );
