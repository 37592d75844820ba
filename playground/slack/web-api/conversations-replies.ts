import { z } from 'zod';
import { messageOf, repliesOf, threadOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count, flag, id } from './parameters.ts';
import { messageShape } from './shapes.ts';

/** The parent first, then the replies, oldest first. */
export const conversationsReplies = defineMethod({
  name: 'conversations.replies',
  tier: 'tier3',
  scope: 'channels:history',
  parameters: z.object({
    channel: id,
    ts: id,
    limit: count(1000, 1000),
    cursor: z.string().optional(),
    oldest: z.coerce.number().default(0),
    latest: z.coerce.number().default(Infinity),
    inclusive: flag,
    include_all_metadata: flag,
  }),
  call: (given, { workspace }) => {
    const channel = channelOf(workspace, given.channel);
    if (!channel.members.includes(workspace.options.app.botUserId)) throw new SlackError('not_in_channel');
    const parent = messageOf(channel, threadOf(channel, given.ts));
    const within = (ts: number): boolean => (given.inclusive ? ts >= given.oldest && ts <= given.latest : ts > given.oldest && ts < given.latest);
    const replies = repliesOf(channel, parent.ts).filter(({ ts }) => within(Number(ts)));
    const { items, ...page } = pageOf([parent, ...replies], given.limit, given.cursor);
    return { messages: items.map((message) => messageShape(workspace, message, given.include_all_metadata)), ...page };
  },
});
