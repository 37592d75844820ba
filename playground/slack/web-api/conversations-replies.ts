import { z } from 'zod';
import { messageOf, repliesOf, threadOf } from '../messages.ts';
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
    const parent = messageOf(channel, threadOf(channel, given.ts));
    const replies = repliesOf(channel, parent.ts).filter(({ ts }) => isWithin(given, ts));
    const { items, ...page } = pageOf([parent, ...replies], given.limit, given.cursor);
    return { messages: items.map((message) => messageShape(workspace, message, given.include_all_metadata)), ...page };
  },
});
