import { z } from 'zod';
import { repliesOf, threadOf } from '../messages.ts';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count, id } from './parameters.ts';
import { isWithin, readableChannel, readingParameters } from './reading.ts';
import { messageShape } from './shapes.ts';

/** The parent first, then the replies, oldest first. */
export const conversationsReplies = defineMethod({
  name: 'conversations.replies',
  tier: 'tier3',
  scope: 'channels:history',
  parameters: z.object({ ...readingParameters, ts: id, limit: count(1000, 1000) }),
  call: (given, { workspace }) => {
    const channel = readableChannel(workspace, given.channel);
    const parentTs = threadOf(channel, given.ts);
    const parents = channel.messages.filter(({ ts }) => ts === parentTs);
    const replies = repliesOf(channel, parentTs).filter(({ ts }) => isWithin(given, ts));
    const { items, ...page } = pageOf([...parents, ...replies], given.limit, given.cursor);
    return { messages: items.map((message) => messageShape(workspace, message, given.include_all_metadata)), ...page };
  },
});
