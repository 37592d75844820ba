import { type App, SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { slackLogger } from './clients.ts';
import { inTime } from './in-time.ts';
import { guardSocket } from './socket-guard.ts';

/** For Slack to name an address, and then to greet. */
const OPEN_MS = 10_000;
/** The client's own disconnect can hang on a connection that is gone (slackapi/node-slack-sdk#2752). */
const DISCONNECT_MS = 6_000;

/** Why a connection is no more, or soon will not be: Slack renews it every few hours, it broke, or Socket Mode is switched off for the app. */
type LinkEnd = 'renewed' | 'closed' | 'disabled';

/** One connection that Slack has greeted. */
export interface SocketLink {
  isOpen(): boolean;
  /** Resolves once, with the first reason. A renewed connection stays open until Slack closes it or `close` does. */
  readonly ended: Promise<LinkEnd>;
  close(): Promise<void>;
}

interface LinkOptions {
  readonly appToken: string;
  readonly slackApiUrl: string;
  readonly app: App;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the client complains of is told here, once and in our words. */
const hushed = (log: Log): Log => {
  const debug: Log['debug'] = (fields, message) => log.debug(fields, message);
  return { debug, info: debug, warn: debug, error: debug, child: () => hushed(log) };
};

/** Slack gave an address, and did not greet there. */
class NoGreetingError extends Error {
  override readonly name = 'NoGreetingError';
}

/**
 * Opens one connection, with a client of its own: the client's way of connecting again knows no limits of time, and closes what is still good. Fails
 * with web-api's errors, or NoGreetingError after 10 s.
 */
export const openLink = async ({ appToken, slackApiUrl, app, clock, log }: LinkOptions): Promise<SocketLink> => {
  const clientOptions = { slackApiUrl, timeout: OPEN_MS, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, fetch: boundedFetch };
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLogger(hushed(log)),
    installerOptions: { clientOptions },
  });
  const { client } = receiver;
  const { promise: ended, resolve: end } = Promise.withResolvers<LinkEnd>();
  guardSocket(client, log, (reason) => {
    log.info({ reason }, 'slack announced the end of a connection');
    end(reason === 'link_disabled' ? 'disabled' : 'renewed');
  });
  client.on('disconnected', () => end('closed'));
  receiver.init(app);
  const close = async (): Promise<void> => {
    if (client.websocket === undefined) return;
    await inTime(
      client.disconnect().catch(() => undefined),
      clock,
      DISCONNECT_MS,
    );
  };
  const started = receiver
    .start()
    .catch((error: unknown) => Promise.reject(error instanceof Error ? error : new NoGreetingError('the connection was closed at once')));
  const greeted = await inTime(started, clock, OPEN_MS);
  if (greeted.kind === 'late') {
    // It may be greeted yet, when nobody listens there any more.
    greeted.rest.then(close, () => undefined).catch(() => undefined);
    void close();
    throw new NoGreetingError(`Slack did not greet within ${OPEN_MS / 1_000} s`);
  }
  return { isOpen: () => client.websocket?.isActive() === true, ended, close };
};
