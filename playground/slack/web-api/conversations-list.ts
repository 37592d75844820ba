import { z } from 'zod';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count, flag } from './parameters.ts';
import { channelShape } from './shapes.ts';
import type { Channel } from '../model.ts';

const typeOf = (channel: Channel): string => (channel.isIm ? 'im' : channel.isPrivate ? 'private_channel' : 'public_channel');

/** Private channels only where the bot is a member. */
export const conversationsList = defineMethod({
  name: 'conversations.list',
  tier: 'tier2',
  scope: 'channels:read',
  parameters: z.object({
    limit: count(1000, 100),
    cursor: z.string().optional(),
    types: z.string().default('public_channel'),
    exclude_archived: flag,
  }),
  call: (given, { workspace }) => {
    const types = given.types.split(',').map((type) => type.trim());
    const found = [...workspace.channels.values()].filter(
      (channel) =>
        types.includes(typeOf(channel)) &&
        (!channel.isPrivate || channel.members.includes(workspace.options.app.botUserId)) &&
        !(given.exclude_archived && channel.isArchived),
    );
    const { items, response_metadata } = pageOf(found, given.limit, given.cursor);
    return { channels: items.map((channel) => channelShape(workspace, channel)), response_metadata };
  },
});
