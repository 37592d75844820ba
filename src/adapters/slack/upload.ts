import { boundedFetch } from './bounded-fetch.ts';
import type { SafeClient } from './clients.ts';
import { UploadLostError } from './slack-failure.ts';

/** The bytes of one file, 8 MB at most. */
const SENT_WITHIN_MS = 30_000;

export interface SharedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Of a picture: the same in words, 1,000 characters at most. */
  readonly alt?: string;
}

/**
 * Shares a file in a thread: its bytes are sent first, which nobody sees. `beforeShared` is awaited right before the one call that people see, and
 * keeps it from being made when it rejects. Fails with web-api's own errors, or with UploadLostError.
 * @see https://docs.slack.dev/messaging/working-with-files#uploading_files
 */
export const shareFile = async (
  client: SafeClient,
  { channel, threadTs }: { readonly channel: string; readonly threadTs: string },
  file: SharedFile,
  beforeShared: () => Promise<void>,
): Promise<void> => {
  // Packed bytes are no text: what is in them passed the redactor before.
  const content = file.content instanceof Uint8Array ? file.content : Buffer.from(client.redactor.text(file.content));
  const name = client.redactor.text(file.name);
  const bytes = Buffer.from(content);
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.length,
    ...(file.alt === undefined ? {} : { alt_txt: client.redactor.text(file.alt) }),
  });
  if (url === undefined || id === undefined) throw new UploadLostError('Slack named no address for the file');
  await send(url, bytes);
  await beforeShared();
  await client.files.completeUploadExternal({ channel_id: channel, thread_ts: threadTs, files: [{ id, title: name }] });
};

const send = async (url: string, bytes: Buffer<ArrayBuffer>): Promise<void> => {
  const sent = boundedFetch(url, { method: 'POST', body: bytes, signal: AbortSignal.timeout(SENT_WITHIN_MS) });
  const { status } = await sent.catch((error: unknown) => {
    throw new UploadLostError(`the file was not taken: ${error instanceof Error ? error.message : 'no answer'}`);
  });
  if (status !== 200) throw new UploadLostError('the file was not taken');
};
