import { z } from 'zod';
import { post, threadOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { flag, id, json, metadataOf } from './parameters.ts';
import { blocksOf, postableChannel, refuseAttachments } from './posting.ts';
import { messageShape } from './shapes.ts';

export const chatPostMessage = defineMethod({
  name: 'chat.postMessage',
  tier: 'special',
  scope: 'chat:write',
  parameters: z.object({
    channel: id,
    text: z.string().optional(),
    blocks: json('invalid_blocks_format'),
    attachments: json('invalid_attachments'),
    metadata: json('invalid_metadata_format'),
    thread_ts: z.string().optional(),
    reply_broadcast: flag,
  }),
  call: (given, { workspace }) => {
    const channel = postableChannel(workspace, given.channel, given.thread_ts ? 'thread' : 'channel');
    refuseAttachments(given.attachments);
    const blocks = blocksOf(given.blocks);
    if (!given.text && !blocks) throw new SlackError('no_text');
    const message = post(workspace, channel, {
      user: workspace.options.app.botUserId,
      text: given.text ?? '',
      ...(blocks ? { blocks } : {}),
      threadTs: given.thread_ts ? threadOf(channel, given.thread_ts) : undefined,
      broadcast: given.reply_broadcast,
      metadata: metadataOf(given.metadata),
    });
    return { channel: channel.id, ts: message.ts, message: messageShape(workspace, message) };
  },
});
