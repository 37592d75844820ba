import type { App } from '@slack/bolt';
import { told } from '../../domain/text.ts';
import { z } from 'zod';
import { NOT_UNDERSTOOD } from './acknowledging.ts';
import type { Run } from '../../domain/run.ts';
import type { Desk } from './desk.ts';
import { slackId } from './envelope.ts';
import { answerText } from './listen-to-commands.ts';
import { cut, LIMITS } from './limits.ts';
import { namingUs } from './naming-us.ts';
import { toldMessage } from './render/told-message.ts';

/** Of a message; what follows the bot's name is a command and much shorter. */
const MOST_TEXT = 40_000;

const payload = z.object({
  team_id: slackId,
  event_id: slackId,
  event: z.object({
    user: slackId.optional(),
    bot_id: slackId.nullish(),
    /** What kind of message it is; a person's own has none, or one of those below. */
    subtype: z.string().max(100).nullish(),
    /** Of a message that was changed after it was written. */
    edited: z.unknown().optional(),
    /** Workspace of who wrote it; in a shared channel it is not the app's, and the first is the surer. */
    user_team: slackId.optional(),
    team: slackId.optional(),
    channel: slackId,
    text: z.string().max(MOST_TEXT),
    thread_ts: slackId.optional(),
  }),
});

const WRITTEN_BY_PEOPLE = ['thread_broadcast', 'file_share', 'me_message'];

/** What it says now may not be what others read when it was written, nor be meant to happen again. */
const EDITED = toldMessage(told`Nothing was done: this message was edited, and a command counts as it was written. Write it again.`);

/** Slash commands cannot be typed in a thread: there, '@pgdist cancel r7k2' does the same. Answers to the asker alone. */
export const listenToMentions = (app: App, desk: Desk): void =>
  app.event('app_mention', async ({ body, context }) => {
    const read = payload.safeParse(body);
    if (!read.success) return await notUnderstood(body, desk);
    const { team_id: teamId, event_id: idempotencyKey, event } = read.data;
    const { subtype = null } = event;
    if (event.user === undefined || (event.bot_id ?? null) !== null || (subtype !== null && !WRITTEN_BY_PEOPLE.includes(subtype))) return;
    if ((event.edited ?? null) !== null) {
      await desk.whisper({ channel: event.channel, user: event.user, threadTs: event.thread_ts }, EDITED);
      return;
    }
    const text = namingUs(event.text, context.botUserId);
    const by = { userId: event.user, teamId: event.user_team ?? event.team ?? teamId };
    const thread = event.thread_ts === undefined ? undefined : await threadOf(desk, event.channel, event.thread_ts);
    const asker = { way: 'mention', by, channel: event.channel, idempotencyKey, ...(thread === undefined ? {} : { thread }) } as const;
    await desk.owing(
      {
        id: idempotencyKey,
        by,
        what: cut(text.trim().replaceAll(/\s+/g, ' '), LIMITS.line / 2),
        channel: event.channel,
        ...(event.thread_ts === undefined ? {} : { threadTs: event.thread_ts }),
      },
      async () => {
        const answer = await answerText(desk, text, asker);
        await desk.whisper({ channel: event.channel, user: by.userId, threadTs: event.thread_ts }, answer);
      },
    );
  });

/** undefined: nothing is known of the thread, and what is said in it has to name its run. */
const threadOf = async ({ runs, log }: Desk, channel: string, threadTs: string): Promise<Run | 'none' | undefined> => {
  try {
    return (await runs.ofThread(channel, threadTs)) ?? 'none';
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'not known which run a thread belongs to');
    return undefined;
  }
};

const writer = z.object({ event: z.object({ user: slackId, channel: slackId, bot_id: z.undefined().optional() }) });

const notUnderstood = async (body: unknown, desk: Desk): Promise<void> => {
  desk.log.warn({ type: 'app_mention' }, 'slack sent something that is not understood');
  const { data } = writer.safeParse(body);
  if (data !== undefined) await desk.whisper({ channel: data.event.channel, user: data.event.user }, NOT_UNDERSTOOD);
};
