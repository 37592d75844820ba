import { App } from '@slack/bolt';
import type { Fleet } from '../../domain/fleet.ts';
import type { OwedAnswers } from '../../ports/owed-answers.ts';
import type { CallBudget } from '../../ports/call-budget.ts';
import type { Clock } from '../../ports/clock.ts';
import { acknowledging, logListenerFailure } from './acknowledging.ts';
import { interactiveClient, slackLogger, whisperClient } from './clients.ts';
import { whisperApi } from './whisper.ts';
import { createDesk, type Desk } from './desk.ts';
import { inTime } from './in-time.ts';
import { tellOwed } from './tell-owed.ts';
import { meetSlack } from './meet-slack.ts';
import { listenToActions } from './listen-to-actions.ts';
import { listenToCommands } from './listen-to-commands.ts';
import { listenToForms } from './listen-to-forms.ts';
import { listenToHome, type HomeDesk } from './listen-to-home.ts';
import { listenToMentions } from './listen-to-mentions.ts';
import { listenToRejections } from './listen-to-rejections.ts';
import type { Log } from '../../ports/log.ts';
import type { Interpreter, UseCases } from '../../ports/use-cases.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import type { SlackPeople } from './people.ts';
import { createInlet, type Delivery } from './receivers.ts';
import type { SlackRefusedError } from './start-refusal.ts';

/** What the Slack side is given. Exported for tests. */
export interface SlackAppOptions {
  readonly config: {
    readonly fleets: readonly { readonly fleet: Fleet }[];
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
  /** Default: there is no Home tab. */
  readonly home?: HomeDesk;
  readonly people: Pick<SlackPeople, 'start' | 'faults'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor?: Redactor;
  /** Default: what a process owes that dies is never told. */
  readonly owed?: OwedAnswers;
  /** Default: none is kept. */
  readonly budget?: CallBudget;
  /** In [0, 1), for waits that differ between processes; default: the longest. */
  readonly random?: () => number;
  /** Told once when Slack does not let the app in any more, after it had started. */
  readonly onRefused?: (refusal: SlackRefusedError) => void;
}

/** The running Slack side. Exported for tests. */
export interface SlackApp {
  /** Waits for Slack while it does not answer. Rejects with SlackRefusedError when it refuses a token, or when the port is taken. */
  start(): Promise<void>;
  /** Refuses new requests, waits for those under way (5 s at most), then lets go of Slack. */
  stop(): Promise<void>;
  /** What keeps people from asking, one sentence per fault; empty while Slack can reach this process and says who asks. */
  faults(): readonly string[];
}

const DRAIN_MS = 5_000;

/** Slack in: commands, clicks, submissions and mentions become use cases, and their answers go to the asker alone. */
export const createSlackApp = (options: SlackAppOptions): SlackApp => {
  const { config, runs, answer, people, clock, log, redactor = createRedactor(), owed, budget, random = () => 0 } = options;
  const { slackApiUrl, slackBotToken: token } = config;
  const client = interactiveClient({ token, slackApiUrl, log, redactor, budget, clock });
  const desk: Desk = createDesk({
    client,
    whispers: whisperApi(whisperClient({ token, slackApiUrl, log, redactor, budget, clock }), clock, log),
    runs,
    clock,
    log,
    admins: config.slack.admins,
    fleets: config.fleets.map(({ fleet }) => fleet),
    answer,
    ...(owed === undefined ? {} : { owed }),
  });
  const { onRefused = () => undefined } = options;
  const around = (bolt: App): App => acknowledging(bolt, desk, log);
  const inlet = createInlet(config.delivery, { slackApiUrl, clock, random, log, redactor, onRefused, around });
  let bot: Awaited<ReturnType<typeof meetSlack>> | undefined;
  const stopping = new AbortController();
  const app = new App({
    // Slack is asked once, at the start: Bolt would ask in its constructor, unawaited, and a bad token would end the process as an unhandled rejection.
    // oxlint-disable-next-line typescript/require-await -- Bolt's type wants a promise
    authorize: async () => ({ botToken: token, ...bot }),
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
  listenToForms(app, desk);
  if (options.home !== undefined) listenToHome(app, desk, options.home);
  listenToMentions(app, desk);
  // oxlint-disable-next-line typescript/require-await -- Bolt's type wants a promise
  app.error(async (error) => logListenerFailure(error, log));

  return {
    async start() {
      const { signal } = stopping;
      bot = await meetSlack({ client, learn: () => people.start(), clock, random, log, signal });
      await app.init();
      await app.start();
      if (owed !== undefined) void tellOwed({ owed, clock, log, desk, runs }, signal);
      log.info({ delivery: config.delivery.kind }, 'slack connected');
    },
    async stop() {
      stopping.abort(new Error('the Slack side stops'));
      await inTime(desk.drain(), clock, DRAIN_MS);
      await inlet.stop();
    },
    faults: () => [...inlet.faults(), ...people.faults()],
  };
};
