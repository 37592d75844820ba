import { z } from 'zod';
import type { Log } from '../../ports/log.ts';
import type { SafeClient } from './clients.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { type Message, simplified } from './render/message.ts';
import { failureWords, isFormRefusal, slackFailure } from './slack-failure.ts';

/** Names a message of ours, for finding it again; readable by every app of the workspace, so it holds ids only. */
interface Mark {
  readonly run: string;
  readonly key: string;
}

/** Posting, editing and finding messages of ours. Each call fails with web-api's own errors. */
export interface MessageApi {
  /** Returns the ts. */
  post(where: { readonly channel: string; readonly threadTs?: string }, message: Message, mark: Mark): Promise<string>;
  edit(where: { readonly channel: string; readonly ts: string }, message: Message): Promise<void>;
  /** ts of the message with this mark in the channel or thread, undefined when it is not there or may not be looked for. */
  find(where: { readonly channel: string; readonly threadTs?: string }, since: string, mark: Mark): Promise<string | undefined>;
  permalink(channel: string, ts: string): Promise<string | undefined>;
  upload(where: { readonly channel: string; readonly threadTs: string }, file: { readonly name: string; readonly content: string }): Promise<void>;
  /** To one person: by the response_url while it lives, else as an ephemeral message. */
  whisper(
    where: { readonly channel: string; readonly user: string; readonly responseUrl?: string; readonly threadTs?: string },
    message: Message,
  ): Promise<void>;
}

const EVENT_TYPE = 'pgdist_run';

const marked = z.object({
  ts: z.string(),
  metadata: z.object({ event_type: z.literal(EVENT_TYPE), event_payload: z.object({ run: z.string(), key: z.string() }) }),
});

export const createMessageApi = (client: SafeClient, log: Log, fetchJson: typeof fetch = boundedFetch): MessageApi => {
  const { postMessage } = client.chat;
  /** Plainer blocks where the workspace refuses ours. */
  const inSomeForm = async <T>(message: Message, send: (form: Message) => Promise<T>): Promise<T> => {
    try {
      return await send(message);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure === undefined || !isFormRefusal(failure)) throw error;
      log.error({ error: failureWords(failure) }, 'slack refused the form of a message, sending it plainer');
      return await send(simplified(message));
    }
  };
  return {
    post: ({ channel, threadTs }, message, mark) =>
      inSomeForm(message, async ({ text, blocks }) => {
        const { ts } = await postMessage({
          channel,
          text,
          blocks: [...blocks],
          parse: 'none',
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: EVENT_TYPE, event_payload: { ...mark } },
          ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        });
        return z.string().parse(ts);
      }),
    edit: ({ channel, ts }, message) =>
      inSomeForm(message, async ({ text, blocks }) => {
        await client.chat.update({ channel, ts, text, blocks: [...blocks], parse: 'none' });
      }),
    async find({ channel, threadTs }, since, mark) {
      const oldest = String(Date.parse(since) / 1000 - 60);
      try {
        for (let cursor: string | undefined, page = 0; page < 5; page += 1) {
          const range = { channel, include_all_metadata: true, limit: 200, ...(cursor === undefined ? {} : { cursor }) };
          const found =
            threadTs === undefined
              ? await client.conversations.history({ ...range, oldest })
              : await client.conversations.replies({ ...range, ts: threadTs });
          for (const candidate of found.messages ?? []) {
            const { success, data } = marked.safeParse(candidate);
            if (success && data.metadata.event_payload.run === mark.run && data.metadata.event_payload.key === mark.key) return data.ts;
          }
          cursor = found.response_metadata?.next_cursor;
          if (cursor === undefined || cursor === '') return undefined;
        }
        return undefined;
      } catch (error) {
        const failure = slackFailure(error);
        if (failure?.kind !== 'refused') throw error;
        log.warn({ error: failure.error }, 'own messages cannot be looked for, a message may appear twice');
        return undefined;
      }
    },
    async permalink(channel, ts) {
      const { permalink } = await client.chat.getPermalink({ channel, message_ts: ts });
      return permalink;
    },
    async upload({ channel, threadTs }, { name, content }) {
      await client.filesUploadV2({ channel_id: channel, thread_ts: threadTs, filename: name, title: name, content });
    },
    async whisper({ channel, user, responseUrl, threadTs }, { text, blocks }) {
      if (responseUrl !== undefined) {
        const response = await fetchJson(responseUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(client.redactor.value({ response_type: 'ephemeral', replace_original: false, text, blocks, thread_ts: threadTs })),
          signal: AbortSignal.timeout(10_000),
        }).catch((error: unknown) => {
          log.warn({ error: error instanceof Error ? error.message : String(error) }, 'response_url did not answer');
          return undefined;
        });
        await response?.body?.cancel();
        if (response?.ok === true) return;
      }
      await client.chat.postEphemeral({
        channel,
        user,
        text,
        blocks: [...blocks],
        parse: 'none',
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      });
    },
  };
};
