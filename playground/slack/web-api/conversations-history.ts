import { z } from 'zod';
import { isTopLevel } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count, flag, id } from './parameters.ts';
import { messageShape } from './shapes.ts';

/** Newest first; replies only where they were broadcast. */
export const conversationsHistory = defineMethod({
  name: 'conversations.history',
  tier: 'tier3',
  scope: 'channels:history',
  parameters: z.object({
    channel: id,
    limit: count(999, 100),
    cursor: z.string().optional(),
    oldest: z.coerce.number().default(0),
    latest: z.coerce.number().default(Infinity),
    inclusive: flag,
    include_all_metadata: flag,
  }),
  call: (given, { workspace }) => {
    const channel = channelOf(workspace, given.channel);
    if (!channel.members.includes(workspace.options.app.botUserId)) throw new SlackError('not_in_channel');
    const within = (ts: number): boolean => (given.inclusive ? ts >= given.oldest && ts <= given.latest : ts > given.oldest && ts < given.latest);
    const found = channel.messages.filter((message) => !message.visibleTo && isTopLevel(message) && within(Number(message.ts)));
    const { items, ...page } = pageOf(found.toReversed(), given.limit, given.cursor);
    return { messages: items.map((message) => messageShape(workspace, message, given.include_all_metadata)), ...page };
  },
});
