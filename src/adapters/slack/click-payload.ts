import { z } from 'zod';
import { responseUrl, slackId } from './envelope.ts';

const payload = z.object({
  user: z.object({ id: slackId, team_id: slackId.optional() }),
  team: z.object({ id: slackId }).nullish(),
  trigger_id: slackId,
  response_url: responseUrl.optional(),
  container: z.object({
    channel_id: slackId.optional(),
    message_ts: slackId.optional(),
    thread_ts: slackId.optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  channel: z.object({ id: slackId }).nullish(),
  message: z.object({ ts: slackId.optional(), thread_ts: slackId.optional() }).nullish(),
  actions: z.array(z.object({ action_id: slackId, block_id: slackId.optional(), value: z.string().max(64).optional() })).min(1),
});

/** Where a message stands; threadTs is absent for one that is in no thread. */
interface Place {
  readonly channel: string;
  readonly messageTs: string;
  readonly threadTs?: string;
}

/** Where the button stands is said in two places; the thread in `container` is in no page of Slack. Throws ZodError. */
export const readClick = (body: unknown): z.infer<typeof payload> & { readonly place: Place } => {
  const click = payload.parse(body);
  const { container, channel, message } = click;
  const threadTs = container.thread_ts ?? message?.thread_ts;
  const found = {
    channel: slackId.parse(container.channel_id ?? channel?.id),
    messageTs: slackId.parse(container.message_ts ?? message?.ts),
  };
  return { ...click, place: { ...found, ...(threadTs === undefined ? {} : { threadTs }) } };
};
