import { z } from 'zod';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { pageOf } from './pages.ts';
import { count, id } from './parameters.ts';

export const conversationsMembers = defineMethod({
  name: 'conversations.members',
  tier: 'tier4',
  scope: 'channels:read',
  parameters: z.object({ channel: id, limit: count(1000, 100), cursor: z.string().optional() }),
  call: (given, { workspace }) => {
    const { items, response_metadata } = pageOf(channelOf(workspace, given.channel).members, given.limit, given.cursor);
    return { members: items, response_metadata };
  },
});
