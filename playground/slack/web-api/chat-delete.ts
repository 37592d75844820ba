import { z } from 'zod';
import { messageOf, remove } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';

export const chatDelete = defineMethod({
  name: 'chat.delete',
  tier: 'tier3',
  scope: 'chat:write',
  parameters: z.object({ channel: id, ts: id }),
  call: (given, { workspace }) => {
    const channel = channelOf(workspace, given.channel);
    const message = messageOf(channel, given.ts);
    if (message.user !== workspace.options.app.botUserId) throw new SlackError('cant_delete_message');
    remove(workspace, channel, message);
    return { channel: channel.id, ts: message.ts };
  },
});
