import { z } from 'zod';
import { edit, post, remove, threadOf } from './messages.ts';
import { SlackError } from './slack-error.ts';
import type { ResponseTarget } from './tickets.ts';
import { metadataOf } from './web-api/parameters.ts';
import { blocksOf, refuseAttachments } from './web-api/posting.ts';
import type { Workspace } from './workspace.ts';

const response = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  metadata: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

/** Shows what came to a response_url, or in the acknowledgement of a command. Throws SlackError for what Slack refuses. */
export const applyResponse = (workspace: Workspace, target: ResponseTarget, given: unknown): void => {
  const parsed = response.safeParse(typeof given === 'string' ? { text: given } : given);
  if (!parsed.success) throw new SlackError('invalid_payload');
  const body = parsed.data;
  const channel = workspace.channels.get(target.channel);
  if (!channel) throw new SlackError('channel_not_found');
  const original = channel.messages.find(({ ts }) => ts === target.messageTs);
  if (body.delete_original) {
    if (original) remove(workspace, channel, original);
    return;
  }
  refuseAttachments(body.attachments);
  const blocks = blocksOf(body.blocks);
  if (!body.text && !blocks) throw new SlackError('no_text');
  const metadata = metadataOf(body.metadata);
  if (body.replace_original && original) {
    edit(workspace, original, { text: body.text ?? '', blocks, metadata });
    return;
  }
  post(workspace, channel, {
    user: workspace.options.app.botUserId,
    text: body.text ?? '',
    ...(blocks ? { blocks } : {}),
    metadata,
    threadTs: body.thread_ts ? threadOf(channel, body.thread_ts) : undefined,
    visibleTo: body.response_type === 'ephemeral' ? target.user : undefined,
  });
};
