import { z } from 'zod';
import { isTopLevel } from '../messages.ts';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count } from './parameters.ts';
import { isWithin, readableChannel, readingParameters } from './reading.ts';
import { messageShape } from './shapes.ts';

/** Newest first; replies only where they were broadcast. */
export const conversationsHistory = defineMethod({
  name: 'conversations.history',
  tier: 'tier3',
  scope: 'channels:history',
  parameters: z.object({ ...readingParameters, limit: count(999, 100) }),
  call: (given, { workspace }) => {
    const channel = readableChannel(workspace, given.channel);
    const found = channel.messages.filter((message) => !message.visibleTo && isTopLevel(message) && isWithin(given, message.ts));
    const { items, ...page } = pageOf(found.toReversed(), given.limit, given.cursor);
    return { messages: items.map((message) => messageShape(workspace, message, given.include_all_metadata)), ...page };
  },
});
