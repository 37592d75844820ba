import { z } from 'zod';
import { edit, messageOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { id, json, metadataOf } from './parameters.ts';
import { blocksOf, editableChannel, refuseAttachments } from './posting.ts';
import { messageShape } from './shapes.ts';

/** Of the text of an edit; a post may have 40,000. */
const maxUpdateText = 4000;

export const chatUpdate = defineMethod({
  name: 'chat.update',
  tier: 'tier3',
  scope: 'chat:write',
  parameters: z.object({
    channel: id,
    ts: id,
    text: z.string().optional(),
    blocks: json('invalid_blocks_format'),
    attachments: json('invalid_attachments'),
    metadata: json('invalid_metadata_format'),
  }),
  call: (given, { workspace }) => {
    const channel = editableChannel(workspace, given.channel);
    const message = messageOf(channel, given.ts);
    if (message.user !== workspace.options.app.botUserId) throw new SlackError('cant_update_message');
    refuseAttachments(given.attachments);
    const blocks = blocksOf(given.blocks);
    if (!given.text && !blocks) throw new SlackError('no_text');
    if ((given.text?.length ?? 0) > maxUpdateText) throw new SlackError('msg_too_long');
    edit(workspace, message, { text: given.text, blocks, metadata: metadataOf(given.metadata) });
    return { channel: channel.id, ts: message.ts, text: message.text, message: messageShape(workspace, message) };
  },
});
