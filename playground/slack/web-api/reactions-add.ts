import { z } from 'zod';
import { messageOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';

export const reactionsAdd = defineMethod({
  name: 'reactions.add',
  tier: 'tier3',
  scope: 'reactions:write',
  parameters: z.object({ channel: id, timestamp: id, name: z.string().regex(/^[a-z0-9_+'-]+$/u) }),
  call: (given, { workspace }) => {
    const channel = channelOf(workspace, given.channel);
    const message = messageOf(channel, given.timestamp);
    const users = message.reactions.get(given.name) ?? [];
    if (users.includes(workspace.options.app.botUserId)) throw new SlackError('already_reacted');
    message.reactions.set(given.name, [...users, workspace.options.app.botUserId]);
    workspace.changed({ kind: 'reacted', channel: channel.id, ts: message.ts });
    return {};
  },
});
