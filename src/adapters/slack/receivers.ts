import { type App, HTTPReceiver, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import { slackLogger } from './clients.ts';
import { MOST_BYTES } from './envelope.ts';
import { httpGuard } from './http-guard.ts';
import type { Log } from '../../ports/log.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import { socketInlet } from './socket-inlet.ts';
import type { SlackRefusedError } from './start-refusal.ts';

/** How Slack's requests come in. */
export type Delivery =
  | { readonly kind: 'socket-mode'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number };

/** Bolt's receiver with a stop that ends when it has ended. */
interface Inlet {
  readonly receiver: Receiver;
  /** Why Slack cannot reach us, one sentence each; empty while it can. */
  faults(): readonly string[];
  stop(): Promise<void>;
}

interface InletDeps {
  readonly slackApiUrl: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Slack does not let this app in any more; told once. */
  readonly onRefused: (refusal: SlackRefusedError) => void;
  readonly redactor: Redactor;
  /** Puts something between receiver and app. */
  readonly around: (app: App) => App;
}

export const createInlet = (delivery: Delivery, { around, redactor, ...deps }: InletDeps): Inlet => {
  // Outermost: what anything around the app acknowledges passes the redactor, too.
  const safely = { ...deps, around: (app: App) => answeringSafely(around(app), redactor) };
  return delivery.kind === 'socket-mode' ? socketInlet({ appToken: delivery.appToken, ...safely }) : httpInlet(delivery, safely);
};

/** What an acknowledgement carries is shown to a person: it passes the redactor, whichever listener wrote it. */
const answeringSafely = (app: App, redactor: Redactor): App =>
  Object.create(app, {
    processEvent: {
      value: (event: ReceiverEvent): Promise<void> => app.processEvent({ ...event, ack: (answer?: unknown) => event.ack(redactor.value(answer)) }),
    },
  }) as App;

type AroundDeps = Omit<InletDeps, 'redactor'>;

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
    faults: () => (listening ? [] : ['Slack is not connected']),
    stop,
  };
};
