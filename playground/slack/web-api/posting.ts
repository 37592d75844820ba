import { acceptBlocks } from '../blocks/validate.ts';
import { newBlockId } from '../ids.ts';
import type { Block } from '../block.ts';
import type { Channel } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';

/** A channel the bot may post to, in a thread or as a message of its own. */
export const postableChannel = (workspace: Workspace, id: string, into: 'thread' | 'channel' = 'channel'): Channel => {
  const channel = channelOf(workspace, id);
  if (channel.isArchived) throw new SlackError('is_archived');
  joined(workspace, channel);
  if (channel.isIm && !workspace.tabs.messages) throw new SlackError('messages_tab_disabled');
  if (channel.posting === 'restricted') throw new SlackError('restricted_action');
  if (channel.posting === 'read-only') throw new SlackError('restricted_action_read_only_channel');
  if (channel.posting === 'threads-only' && into === 'channel') throw new SlackError('restricted_action_thread_only_channel');
  if (channel.posting === 'no-threads' && into === 'thread') throw new SlackError('restricted_action_non_threadable_channel');
  return channel;
};

/** A channel in which the bot may change what it wrote: who may post there is not asked. */
export const editableChannel = (workspace: Workspace, id: string): Channel => {
  const channel = channelOf(workspace, id);
  if (channel.isArchived) throw new SlackError('is_inactive');
  joined(workspace, channel);
  return channel;
};

const joined = (workspace: Workspace, channel: Channel): void => {
  if (!channel.members.includes(workspace.options.app.botUserId)) throw new SlackError('not_in_channel');
};

/** Checked blocks; undefined when none (or an empty list) was given. */
export const blocksOf = (given: unknown): readonly Block[] | undefined => {
  if (given === undefined) return undefined;
  if (Array.isArray(given) && given.length === 0) return undefined;
  return acceptBlocks(given, newBlockId);
};

/** Secondary attachments are taken only empty: no app should start with them, and none here shows them. */
export const refuseAttachments = (given: unknown): void => {
  if (Array.isArray(given) && given.length > 0) throw new SlackError('invalid_attachments');
};
