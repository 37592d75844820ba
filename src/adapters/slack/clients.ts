import { webApi, type Logger } from '@slack/bolt';
import type { Log } from '../../ports/log.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { boundedFetch } from './bounded-fetch.ts';

interface ClientOptions {
  readonly token: string;
  readonly slackApiUrl: string;
  readonly log: Log;
  readonly redactor?: Redactor | undefined;
}

/** Web API behind the redactor: whatever is called, by us or by Slack's own helpers, its arguments and files hold no secret. */
export class SafeClient extends webApi.WebClient {
  readonly redactor: Redactor;
  constructor(token: string, redactor: Redactor, options: webApi.WebClientOptions) {
    super(token, options);
    this.redactor = redactor;
  }
  override apiCall(method: string, options?: Record<string, unknown>): Promise<webApi.WebAPICallResult> {
    return super.apiCall(method, this.redactor.value(options));
  }
  // A file's content travels past apiCall.
  override filesUploadV2(options: webApi.FilesUploadV2Arguments): ReturnType<webApi.WebClient['filesUploadV2']> {
    return super.filesUploadV2(this.redactor.value(options));
  }
}

/**
 * For what a person waits for (views, ephemerals, users.info): answers or fails within 2 s, never waits for a rate limit, since a
 * trigger_id lives 3 s. A client of its own, because a 429 pauses the whole queue of the client that met it.
 */
export const interactiveClient = (options: ClientOptions): SafeClient => client(options, 2_000);

/**
 * For cards and replies. No retries by web-api: it would post a message twice after a time-out. Whoever calls tries again, after looking
 * whether the message is there.
 */
export const durableClient = (options: ClientOptions): SafeClient => client(options, 10_000);

const client = ({ token, slackApiUrl, log, redactor = createRedactor() }: ClientOptions, timeout: number): SafeClient =>
  new SafeClient(token, redactor, {
    slackApiUrl,
    timeout,
    fetch: boundedFetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  });

/** Slack's libraries log through ours. Their debug lines hold whole payloads, so they are dropped. */
export const slackLogger = (log: Log): Logger => {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (...words: unknown[]): void =>
      log[level]({ said: words.map((word) => (word instanceof Error ? word.message : String(word))).join(' ') }, 'slack library');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: at('warn'),
    error: at('error'),
    setLevel: () => undefined,
    getLevel: () => webApi.LogLevel.WARN,
    setName: () => undefined,
  };
};
