import { z } from 'zod';
import { post, threadOf } from '../messages.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { id, json } from './parameters.ts';
import { blocksOf, postableChannel } from './posting.ts';
import { fileShape } from './shapes.ts';

const uploads = z.array(z.object({ id, title: z.string().optional() })).min(1);

export const filesCompleteUploadExternal = defineMethod({
  name: 'files.completeUploadExternal',
  tier: 'tier4',
  scope: 'files:write',
  parameters: z.object({
    files: json('invalid_arguments'),
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    initial_comment: z.string().optional(),
    blocks: json('invalid_blocks_format'),
  }),
  call: (given, { workspace }) => {
    const listed = uploads.safeParse(given.files);
    if (!listed.success) throw new SlackError('invalid_arguments');
    const channel = given.channel_id ? postableChannel(workspace, given.channel_id, given.thread_ts ? 'thread' : 'channel') : undefined;
    for (const upload of listed.data) {
      const file = workspace.files.get(upload.id);
      if (!file?.content || file.shared) throw new SlackError('file_not_found');
      file.title = upload.title ?? file.title;
    }
    const ids = listed.data.map((upload) => upload.id);
    for (const fileId of ids) Object.assign(workspace.files.get(fileId) ?? {}, { shared: true });
    if (channel) {
      const blocks = blocksOf(given.blocks);
      post(workspace, channel, {
        user: workspace.options.app.botUserId,
        text: given.initial_comment ?? '',
        ...(blocks ? { blocks } : {}),
        threadTs: given.thread_ts ? threadOf(channel, given.thread_ts) : undefined,
        files: ids,
      });
    }
    return { files: ids.map((fileId) => fileShape(workspace, fileId)) };
  },
});
