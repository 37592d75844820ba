import type { Clock } from '../../ports/clock.ts';
import { aboutRefusal } from '../../domain/thread-refusal.ts';
import type { Log } from '../../ports/log.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { SafeClient } from './clients.ts';
import { inSomeForm } from './in-some-form.ts';
import { type Message, simplified } from './render/message.ts';
import { slackFailure } from './slack-failure.ts';

interface Recipient {
  /** Absent: it was asked where there is none, in the Home tab. */
  readonly channel?: string;
  readonly user: string;
  readonly responseUrl?: string;
  readonly threadTs?: string;
  /** True: takes the place of the message of the click, which this person alone sees, where the response_url is taken. */
  readonly replaces?: boolean;
}

export interface WhisperApi {
  /**
   * To one person: by the response_url while it lives, which needs neither a token nor the channel; else as an ephemeral message, in the thread if
   * that is taken; else, where there is no channel, pgdist may not write in the channel or the person is not in it, as a direct message. Fails as the last way failed.
   */
  whisper(to: Recipient, message: Message): Promise<void>;
}

export const whisperApi = (client: SafeClient, clock: Pick<Clock, 'sleep'>, log: Log): WhisperApi => ({
  async whisper(to, message) {
    if (to.responseUrl !== undefined && (await byAddress(client, clock, log, { ...to, responseUrl: to.responseUrl }, message))) return;
    const direct = (): Promise<unknown> =>
      inSomeForm(message, log, ({ text, blocks }) => client.chat.postMessage({ channel: to.user, text, blocks: [...blocks], parse: 'none' }));
    const { channel } = to;
    if (channel === undefined) return void (await direct());
    try {
      await ephemeral(client, log, { ...to, channel }, message);
    } catch (error) {
      const failure = slackFailure(error);
      const about = failure?.kind === 'refused' ? aboutRefusal(failure.error) : undefined;
      if (about !== 'channel' && about !== 'person') throw error;
      await direct();
    }
  },
});

const ephemeral = async (
  client: SafeClient,
  log: Log,
  { channel, user, threadTs }: Recipient & { readonly channel: string },
  message: Message,
): Promise<void> => {
  const send = (thread: { readonly thread_ts?: string }): Promise<unknown> =>
    inSomeForm(message, log, ({ text, blocks }) => client.chat.postEphemeral({ channel, user, text, blocks: [...blocks], parse: 'none', ...thread }));
  try {
    await send(threadTs === undefined ? {} : { thread_ts: threadTs });
  } catch (error) {
    const failure = slackFailure(error);
    if (threadTs === undefined || failure?.kind !== 'refused' || !NO_THREAD.includes(failure.error)) throw error;
    await send({});
  }
};

/** The thread is gone, or takes nothing; the channel may. */
const NO_THREAD = ['thread_not_found', 'cannot_reply_to_message', 'restricted_action_thread_locked', 'restricted_action_non_threadable_channel'];

/** Of a response_url; and so often it is asked to wait. */
const RESPOND_MS = 10_000;
const MOST_WAITS = 5;
/** Longer than any 429 of a response_url was seen to ask for. */
const MOST_WAIT_MS = 60_000;

/** True when Slack took it. One that is used up or expired, or does not answer, is left for the next way. */
const byAddress = async (
  client: SafeClient,
  clock: Pick<Clock, 'sleep'>,
  log: Log,
  { responseUrl: url, threadTs, replaces = false }: Recipient & { readonly responseUrl: string },
  message: Message,
): Promise<boolean> => {
  const forms = [message, simplified(message), { text: message.text, blocks: undefined }];
  for (let waits = 0; forms.length > 0 && waits <= MOST_WAITS;) {
    const [{ text, blocks } = message] = forms;
    const body = JSON.stringify(client.redactor.value({ response_type: 'ephemeral', replace_original: replaces, text, blocks, thread_ts: threadTs }));
    const answer = await posted(url, body, log);
    if (answer === undefined) return false;
    if (answer.status < 300) return true;
    log.warn({ status: answer.status, said: answer.said }, 'response_url refused');
    if (answer.status === 429) {
      if (answer.retryAfterMs > MOST_WAIT_MS) return false;
      waits += 1;
      await clock.sleep(answer.retryAfterMs);
    } else if (answer.status === 404 || answer.status === 410 || answer.status >= 500) return false;
    else forms.shift();
  }
  return false;
};

const posted = async (
  url: string,
  body: string,
  log: Log,
): Promise<{ readonly status: number; readonly retryAfterMs: number; readonly said: string } | undefined> => {
  try {
    const signal = AbortSignal.timeout(RESPOND_MS);
    const response = await boundedFetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
    const said = /[a-z_]{4,60}/.exec((await response.text()).replaceAll(/"(?:ok|error)"|false/g, ''))?.[0] ?? '';
    const seconds = Number(response.headers.get('retry-after') ?? '1');
    return { status: response.status, retryAfterMs: (Number.isFinite(seconds) ? Math.max(0, seconds) : 1) * 1_000, said };
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'response_url did not answer');
    return undefined;
  }
};
