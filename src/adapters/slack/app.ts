import { App } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import { acknowledging, logListenerFailure } from './acknowledging.ts';
import { interactiveClient, slackLogger } from './clients.ts';
import { createDesk, type Desk } from './desk.ts';
import { inTime } from './in-time.ts';
import { listenToActions } from './listen-to-actions.ts';
import { listenToCommands } from './listen-to-commands.ts';
import { listenToMentions } from './listen-to-mentions.ts';
import { listenToRejections } from './listen-to-rejections.ts';
import type { Log } from '../../ports/log.ts';
import type { Interpreter, UseCases } from '../../ports/use-cases.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import type { SlackPeople } from './people.ts';
import { createInlet, type Delivery } from './receivers.ts';

/** What the Slack side is given. Exported for tests. */
export interface SlackAppOptions {
  readonly config: {
    readonly slack: {
      readonly admins: readonly string[];
    };
    readonly slackApiUrl: string;
    readonly slackBotToken: string;
    readonly delivery: Delivery;
  };
  readonly runs: UseCases;
  /** Made of the commands by createInterpreter. */
  readonly answer: Interpreter;
  readonly people: Pick<SlackPeople, 'start' | 'faults'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor?: Redactor;
}

/** The running Slack side. Exported for tests. */
export interface SlackApp {
  /** Rejects when Slack refuses a token, or the port is taken. */
  start(): Promise<void>;
  /** Refuses new requests, waits for those under way (5 s at most), then lets go of Slack. */
  stop(): Promise<void>;
  /** What keeps people from asking, one sentence per fault; empty while Slack can reach this process and says who asks. */
  faults(): readonly string[];
}

const DRAIN_MS = 5_000;

/** Slack in: commands, clicks, submissions and mentions become use cases, and their answers go to the asker alone. */
export const createSlackApp = ({ config, runs, answer, people, clock, log, redactor = createRedactor() }: SlackAppOptions): SlackApp => {
  const { slackApiUrl, slackBotToken: token } = config;
  const client = interactiveClient({ token, slackApiUrl, log, redactor });
  const desk: Desk = createDesk({
    client,
    runs,
    clock,
    log,
    admins: config.slack.admins,
    answer,
  });
  const inlet = createInlet(config.delivery, { slackApiUrl, clock, log, redactor, around: (bolt) => acknowledging(bolt, desk, log) });
  // Deferred: the constructor would call auth.test unawaited, and a bad token would end the process as an unhandled rejection.
  const app = new App({
    token,
    receiver: inlet.receiver,
    logger: slackLogger(log),
    clientOptions: { slackApiUrl, timeout: 2_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    convoStore: false,
    deferInitialization: true,
  });
  // Around every listener, so that stopping waits for acknowledgements, too.
  app.use(({ next }) => desk.during(next()));
  listenToCommands(app, desk);
  listenToActions(app, desk);
  listenToRejections(app, desk);
  listenToMentions(app, desk);
  // oxlint-disable-next-line typescript/require-await -- Bolt's type wants a promise
  app.error(async (error) => logListenerFailure(error, log));

  return {
    async start() {
      await people.start();
      await app.init();
      await app.start();
      log.info({ delivery: config.delivery.kind }, 'slack connected');
    },
    async stop() {
      await inTime(desk.drain(), clock, DRAIN_MS);
      await inlet.stop();
    },
    faults: () => [...(inlet.ready() ? [] : ['Slack is not connected']), ...people.faults()],
  };
};
