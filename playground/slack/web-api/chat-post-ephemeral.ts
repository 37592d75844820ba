import { z } from 'zod';
import { post, threadOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { id, json } from './parameters.ts';
import { blocksOf, postableChannel, refuseAttachments } from './posting.ts';

export const chatPostEphemeral = defineMethod({
  name: 'chat.postEphemeral',
  tier: 'tier4',
  scope: 'chat:write',
  parameters: z.object({
    channel: id,
    user: id,
    text: z.string().optional(),
    blocks: json('invalid_blocks_format'),
    attachments: json('invalid_attachments'),
    thread_ts: z.string().optional(),
  }),
  call: (given, { workspace }) => {
    const channel = postableChannel(workspace, given.channel, given.thread_ts ? 'thread' : 'channel');
    if (!channel.members.includes(given.user)) throw new SlackError('user_not_in_channel');
    refuseAttachments(given.attachments);
    const blocks = blocksOf(given.blocks);
    if (!given.text && !blocks) throw new SlackError('no_text');
    const message = post(workspace, channel, {
      user: workspace.options.app.botUserId,
      text: given.text ?? '',
      ...(blocks ? { blocks } : {}),
      threadTs: given.thread_ts ? threadOf(channel, given.thread_ts) : undefined,
      visibleTo: given.user,
    });
    return { message_ts: message.ts };
  },
});
