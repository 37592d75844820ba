import { webApi, type Logger } from '@slack/bolt';
import type { Log } from '../../ports/log.ts';

interface ClientOptions {
  readonly token: string;
  readonly slackApiUrl: string;
  readonly log: Log;
}

/**
 * For what a person waits for (views, ephemerals, users.info): answers or fails within 2 s, never waits for a rate limit, since a
 * trigger_id lives 3 s. A client of its own, because a 429 pauses the whole queue of the client that met it.
 */
export const interactiveClient = (options: ClientOptions): webApi.WebClient => client(options, 2_000);

/**
 * For cards and replies. No retries by web-api: it would post a message twice after a time-out. Whoever calls tries again, after looking
 * whether the message is there.
 */
export const durableClient = (options: ClientOptions): webApi.WebClient => client(options, 10_000);

const client = ({ token, slackApiUrl, log }: ClientOptions, timeout: number): webApi.WebClient =>
  new webApi.WebClient(token, { slackApiUrl, timeout, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: slackLogger(log) });

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
