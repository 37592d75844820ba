import { z } from 'zod';
import { messageOf } from '../messages.ts';
import { channelOf } from '../workspace.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';

export const chatGetPermalink = defineMethod({
  name: 'chat.getPermalink',
  tier: 'unlimited',
  parameters: z.object({ channel: id, message_ts: id }),
  call: (given, { workspace }) => {
    const channel = channelOf(workspace, given.channel);
    const message = messageOf(channel, given.message_ts);
    const link = `https://${workspace.options.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
    return { channel: channel.id, permalink: message.threadTs ? `${link}?thread_ts=${message.threadTs}&cid=${channel.id}` : link };
  },
});
