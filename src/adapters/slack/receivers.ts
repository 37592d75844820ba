import { type App, HTTPReceiver, type Receiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import { slackLogger } from './clients.ts';
import { inTime } from './in-time.ts';
import type { Log } from '../../ports/log.ts';
import type { Redactor } from '../../redaction/redactor.ts';

/** How Slack's requests come in. */
export type Delivery =
  | { readonly kind: 'socket-mode'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number };

/** Bolt's receiver with a stop that ends when it has ended. */
export interface Inlet {
  readonly receiver: Receiver;
  /** True while Slack can reach us. */
  ready(): boolean;
  stop(): Promise<void>;
}

export interface InletDeps {
  readonly slackApiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
}

export const createInlet = (delivery: Delivery, deps: InletDeps): Inlet => {
  const inlet = delivery.kind === 'socket-mode' ? socketInlet(delivery.appToken, deps) : httpInlet(delivery, deps);
  return { ...inlet, receiver: { ...inlet.receiver, init: (app) => inlet.receiver.init(answeringSafely(app, deps.redactor)) } };
};

/** What an acknowledgement carries is shown to a person: it passes the redactor, whichever listener wrote it. */
const answeringSafely = (app: App, redactor: Redactor): App =>
  Object.create(app, {
    processEvent: {
      value: (event: ReceiverEvent): Promise<void> => app.processEvent({ ...event, ack: (answer?: unknown) => event.ack(redactor.value(answer)) }),
    },
  }) as App;

/** Connections at a time: Slack refreshes each every few hours, and the client is 5 s without one then. */
const CONNECTIONS = 2;
/** The client's own disconnect can hang on a connection that is gone (slackapi/node-slack-sdk#2752). */
const DISCONNECT_MS = 6_000;

const socketInlet = (appToken: string, { slackApiUrl, clock, log }: InletDeps): Inlet => {
  // Receivers of our own: App would share its clientOptions with the socket's client, which then retries every listener's call 100 times.
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const receiver = new SocketModeReceiver({ appToken, logger: slackLogger(log), installerOptions: { clientOptions: { slackApiUrl } } });
    const socket = { receiver, connected: false };
    receiver.client.on('connected', () => (socket.connected = true));
    for (const event of ['reconnecting', 'disconnecting', 'disconnected']) receiver.client.on(event, () => (socket.connected = false));
    return socket;
  });
  const stop = async (): Promise<void> => {
    const gone = Promise.all(sockets.map(({ receiver }) => receiver.client.disconnect()));
    await inTime(gone, clock, DISCONNECT_MS);
  };
  return {
    receiver: {
      init: (app) => sockets.forEach(({ receiver }) => receiver.init(app)),
      start: () => Promise.all(sockets.map(({ receiver }) => receiver.start())),
      stop,
    },
    ready: () => sockets.some(({ connected }) => connected),
    stop,
  };
};

/** Bolt refuses requests older than five minutes but takes any from the future, which could be replayed until then. */
const FUTURE_SECONDS = 60;

const httpInlet = ({ signingSecret, port }: { readonly signingSecret: string; readonly port: number }, { clock, log }: InletDeps): Inlet => {
  const receiver = new HTTPReceiver({ signingSecret, port, endpoints: ['/slack/events'], logger: slackLogger(log), bodyLimit: 1_000_000 });
  const listen = receiver.requestListener;
  let listening = false;
  receiver.requestListener = (request, response) => {
    const seconds = Number(request.headers['x-slack-request-timestamp']);
    if (seconds > clock.now().getTime() / 1000 + FUTURE_SECONDS) {
      log.warn({ aheadSeconds: Math.round(seconds - clock.now().getTime() / 1000) }, 'refused a request from the future');
      response.writeHead(401);
      response.end();
      return;
    }
    listen(request, response);
  };
  const stop = async (): Promise<void> => {
    if (!listening) return;
    listening = false;
    await receiver.stop();
  };
  return {
    receiver: {
      init: (app) => receiver.init(app),
      async start() {
        await receiver.start(port);
        listening = true;
      },
      stop,
    },
    ready: () => listening,
    stop,
  };
};
