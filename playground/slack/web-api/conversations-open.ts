import { z } from 'zod';
import { SlackError } from '../slack-error.ts';
import { directChannel, userOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';

/** Direct conversations with one person; group conversations are refused. */
export const conversationsOpen = defineMethod({
  name: 'conversations.open',
  tier: 'tier3',
  scope: 'im:write',
  parameters: z.object({ users: id }),
  call: (given, { workspace }) => {
    if (given.users.includes(',')) throw new SlackError('method_not_supported_for_channel_type');
    const user = userOf(workspace, given.users);
    if (user.flags?.includes('deleted') === true) throw new SlackError('user_disabled');
    return { channel: { id: directChannel(workspace, user.id).id } };
  },
});
