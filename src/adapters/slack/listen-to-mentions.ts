import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Desk } from './desk.ts';
import { answerText } from './listen-to-commands.ts';

const payload = z.object({
  team_id: z.string(),
  event_id: z.string(),
  event: z.object({
    user: z.string().optional(),
    bot_id: z.string().optional(),
    /** Workspace of who wrote it, in a shared channel. */
    user_team: z.string().optional(),
    channel: z.string(),
    text: z.string(),
    thread_ts: z.string().optional(),
  }),
});

/** Slash commands cannot be typed in a thread: there, '@pgdist cancel r7k2' does the same. Answers to the asker alone. */
export const listenToMentions = (app: App, desk: Desk): void =>
  app.event('app_mention', async ({ body }) => {
    const { team_id: teamId, event_id: idempotencyKey, event } = payload.parse(body);
    if (event.user === undefined || event.bot_id !== undefined) return;
    const text = event.text.replace(/^.*?<@[A-Z0-9]{1,30}(\|[^>]{0,100})?>/s, '');
    const by = { userId: event.user, teamId: event.user_team ?? teamId };
    const answer = await answerText(desk, text, { by, channel: event.channel, idempotencyKey });
    await desk.whisper({ channel: event.channel, user: event.user, threadTs: event.thread_ts }, answer);
  });
