import { z } from 'zod';
import type { Log } from '../../ports/log.ts';
import type { SafeClient } from './clients.ts';
import type { Block } from './render/blocks.ts';
import type { Message } from './render/message.ts';
import { slackFailure } from './slack-failure.ts';

/** Names a message of ours, for finding it again; readable by every app of the workspace, so it holds ids only. */
export interface Mark {
  readonly run: string;
  readonly key: string;
}

/** hidden: pgdist may not read there, so that nothing is known. */
type Found = { readonly kind: 'found'; readonly ts: string } | { readonly kind: 'absent' } | { readonly kind: 'hidden' };

/** A file carries no metadata: its name stands for it, and nobody else writes one of ours. */
interface FoundFile {
  readonly fileName: string;
}

export interface SearchApi {
  /** Whether the message with this mark, or with a file of this name, was posted in the channel or thread since the instant (ISO). */
  find(where: { readonly channel: string; readonly threadTs?: string }, since: string, what: Mark | FoundFile): Promise<Found>;
  /** Messages of the thread that bear a mark of ours, the first one included, as they stand now; none where pgdist may not read. */
  thread(where: { readonly channel: string; readonly threadTs: string }): Promise<readonly ThreadMessage[]>;
}

interface ThreadMessage extends Message {
  readonly ts: string;
}

/** Of the metadata of our messages. */
export const EVENT_TYPE = 'pgdist_run';

/** Clocks of Slack and of this machine may be so far apart. */
const SKEW_MS = 60_000;
const MOST_PAGES = 5;

const marked = z.object({
  ts: z.string(),
  metadata: z.object({ event_type: z.literal(EVENT_TYPE), event_payload: z.object({ run: z.string(), key: z.string() }) }),
});
const attached = z.object({ ts: z.string(), bot_id: z.string(), files: z.array(z.object({ name: z.string().nullish() })) });

export const searchApi = (client: SafeClient, log: Log): SearchApi => ({
  async thread({ channel, threadTs }) {
    try {
      const { messages = [] } = await client.conversations.replies({ channel, ts: threadTs, include_all_metadata: true, limit: 200 });
      return messages.flatMap((message: unknown) => {
        const { success, data } = own.safeParse(message);
        return success ? [{ ts: data.ts, text: data.text, blocks: data.blocks }] : [];
      });
    } catch (error) {
      const failure = slackFailure(error);
      if (failure?.kind !== 'refused') throw error;
      log.warn({ error: failure.error, needed: failure.needed }, 'own messages cannot be read, buttons may stay on what is over');
      return [];
    }
  },
  async find({ channel, threadTs }, since, what) {
    const oldest = String((Date.parse(since) - SKEW_MS) / 1000);
    try {
      for (let cursor: string | undefined, page = 0; page < MOST_PAGES; page += 1) {
        const range = { channel, include_all_metadata: true, limit: 200, oldest, ...(cursor === undefined ? {} : { cursor }) };
        const { messages = [], response_metadata: more } =
          threadTs === undefined ? await client.conversations.history(range) : await client.conversations.replies({ ...range, ts: threadTs });
        for (const message of messages) {
          const ts = 'fileName' in what ? tsOfFile(message, what) : tsOfMarked(message, what);
          if (ts !== undefined) return { kind: 'found', ts };
        }
        cursor = more?.next_cursor;
        if (cursor === undefined || cursor === '') break;
      }
      return { kind: 'absent' };
    } catch (error) {
      const failure = slackFailure(error);
      if (failure?.kind !== 'refused') throw error;
      if (failure.error === 'thread_not_found') return { kind: 'absent' };
      log.warn({ error: failure.error, needed: failure.needed }, 'own messages cannot be looked for, a message may appear twice');
      return { kind: 'hidden' };
    }
  },
});

const own = marked.extend({ text: z.string().default(''), blocks: z.array(z.custom<Block>((block) => typeof block === 'object')).default([]) });

const tsOfMarked = (message: unknown, { run, key }: Mark): string | undefined => {
  const { success, data } = marked.safeParse(message);
  return success && data.metadata.event_payload.run === run && data.metadata.event_payload.key === key ? data.ts : undefined;
};

const tsOfFile = (message: unknown, { fileName }: FoundFile): string | undefined => {
  const { success, data } = attached.safeParse(message);
  return success && data.files.some(({ name }) => name === fileName) ? data.ts : undefined;
};
