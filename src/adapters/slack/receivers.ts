import { type App, HTTPReceiver, type Receiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import { slackLogger } from './clients.ts';
import { MOST_BYTES } from './envelope.ts';
import { httpGuard } from './http-guard.ts';
import { inTime } from './in-time.ts';
import { keepConnecting } from './keep-connecting.ts';
import type { Log } from '../../ports/log.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import { guardSocket } from './socket-guard.ts';

/** How Slack's requests come in. */
export type Delivery =
  | { readonly kind: 'socket-mode'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number };

/** Bolt's receiver with a stop that ends when it has ended. */
interface Inlet {
  readonly receiver: Receiver;
  /** True while Slack can reach us. */
  ready(): boolean;
  stop(): Promise<void>;
}

interface InletDeps {
  readonly slackApiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  /** Puts something between receiver and app. */
  readonly around: (app: App) => App;
}

export const createInlet = (delivery: Delivery, { around, redactor, ...deps }: InletDeps): Inlet => {
  // Outermost: what anything around the app acknowledges passes the redactor, too.
  const safely = { ...deps, around: (app: App) => answeringSafely(around(app), redactor) };
  return delivery.kind === 'socket-mode' ? socketInlet(delivery.appToken, safely) : httpInlet(delivery, safely);
};

/** What an acknowledgement carries is shown to a person: it passes the redactor, whichever listener wrote it. */
const answeringSafely = (app: App, redactor: Redactor): App =>
  Object.create(app, {
    processEvent: {
      value: (event: ReceiverEvent): Promise<void> => app.processEvent({ ...event, ack: (answer?: unknown) => event.ack(redactor.value(answer)) }),
    },
  }) as App;

type AroundDeps = Omit<InletDeps, 'redactor'>;

/** Connections at a time: Slack refreshes each every few hours, and the client is 5 s without one then. */
const CONNECTIONS = 2;
/** The client's own disconnect can hang on a connection that is gone (slackapi/node-slack-sdk#2752). */
const DISCONNECT_MS = 6_000;

const socketInlet = (appToken: string, { slackApiUrl, clock, log, around }: AroundDeps): Inlet => {
  const stopping = new AbortController();
  // Receivers of our own: App would share its clientOptions with the socket's client, which then retries every listener's call 100 times.
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const receiver = new SocketModeReceiver({ appToken, logger: slackLogger(log), installerOptions: { clientOptions: { slackApiUrl } } });
    guardSocket(receiver.client, log);
    keepConnecting(receiver.client, { clock, log, stopping: stopping.signal });
    const socket = { receiver, connected: false };
    receiver.client.on('connected', () => (socket.connected = true));
    for (const event of ['reconnecting', 'disconnecting', 'disconnected']) receiver.client.on(event, () => (socket.connected = false));
    return socket;
  });
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('slack is let go of'));
    const gone = Promise.all(sockets.map(({ receiver }) => receiver.client.disconnect()));
    await inTime(gone, clock, DISCONNECT_MS);
  };
  return {
    receiver: {
      init: (app) => sockets.forEach(({ receiver }) => receiver.init(around(app))),
      start: () => Promise.all(sockets.map(({ receiver }) => receiver.start())),
      stop,
    },
    ready: () => sockets.some(({ connected }) => connected),
    stop,
  };
};

/** For a whole request: Slack sends it in one go. */
const REQUEST_MS = 10_000;

const httpInlet = ({ signingSecret, port }: { readonly signingSecret: string; readonly port: number }, { clock, log, around }: AroundDeps): Inlet => {
  const receiver = new HTTPReceiver({ signingSecret, port, endpoints: ['/slack/events'], logger: slackLogger(log), bodyLimit: MOST_BYTES });
  receiver.requestListener = httpGuard(receiver.requestListener, { signingSecret, clock, log });
  let listening = false;
  const stop = async (): Promise<void> => {
    if (!listening) return;
    listening = false;
    await receiver.stop();
  };
  return {
    receiver: {
      init: (app) => receiver.init(around(app)),
      async start() {
        await receiver.start(port, { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS });
        listening = true;
      },
      stop,
    },
    ready: () => listening,
    stop,
  };
};
