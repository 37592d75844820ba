import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SafeClient } from './clients.ts';
import { EVENT_TYPE, type Mark, searchApi, type SearchApi } from './find-message.ts';
import { inSomeForm } from './in-some-form.ts';
import type { Message } from './render/message.ts';
import { shareFile, type SharedFile } from './upload.ts';
import { type WhisperApi, whisperApi } from './whisper.ts';

/** Posting, editing, attaching and finding messages of ours. Each call fails with web-api's own errors, or with UploadLostError. */
export interface MessageApi extends SearchApi, WhisperApi {
  /** Returns the ts. */
  post(where: { readonly channel: string; readonly threadTs?: string }, message: Message, mark: Mark): Promise<string>;
  /** `progress`: nobody misses the edit if it comes later. */
  edit(where: { readonly channel: string; readonly ts: string; readonly progress?: boolean }, message: Message): Promise<void>;
  permalink(channel: string, ts: string): Promise<string | undefined>;
  /** Bytes are sent as they are: what is in them passed the redactor before it was packed. `beforeShared` is awaited before the one call that people see. */
  upload(where: { readonly channel: string; readonly threadTs: string }, file: SharedFile, beforeShared: () => Promise<void>): Promise<void>;
}

interface Clients {
  readonly client: SafeClient;
  /** For edits of mere progress; default: the same. */
  readonly progress?: SafeClient;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}

export const createMessageApi = ({ client, progress = client, clock, log }: Clients): MessageApi => ({
  ...searchApi(client, log),
  ...whisperApi(client, clock, log),
  post: ({ channel, threadTs }, message, mark) =>
    inSomeForm(message, log, async ({ text, blocks }) => {
      const { ts } = await client.chat.postMessage({
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
  edit: ({ channel, ts, progress: isProgress = false }, message) =>
    inSomeForm(message, log, async ({ text, blocks }) => {
      await (isProgress ? progress : client).chat.update({ channel, ts, text, blocks: [...blocks], parse: 'none' });
    }),
  async permalink(channel, ts) {
    const { permalink } = await client.chat.getPermalink({ channel, message_ts: ts });
    return permalink;
  },
  upload: (where, file, beforeShared) => shareFile(client, where, file, beforeShared),
});
