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
import { createPeople } from './people.ts';
import { createInlet, type Delivery } from './receivers.ts';
import type { Answer, ButtonUseCases } from './use-cases.ts';

/** What the Slack side is given. Exported for tests. */
export interface SlackAppOptions {
  readonly config: {
    readonly slack: {
      readonly channels: readonly string[];
      readonly admins: readonly string[];
      /** Workspaces whose people may command and decide; absent: the app's own. */
      readonly teamIds?: readonly string[] | undefined;
    };
    readonly slackApiUrl: string;
    readonly slackBotToken: string;
    readonly delivery: Delivery;
  };
  readonly runs: ButtonUseCases;
  /** Made of the commands by createAnswer. */
  readonly answer: Answer;
  readonly clock: Clock;
  readonly log: Log;
}

/** The running Slack side. Exported for tests. */
export interface SlackApp {
  /** Rejects when Slack refuses a token, or the port is taken. */
  start(): Promise<void>;
  /** Refuses new requests, waits for those under way (5 s at most), then lets go of Slack. */
  stop(): Promise<void>;
  /** True while Slack can reach this process. */
  ready(): boolean;
}

const DRAIN_MS = 5_000;

/** Slack in: commands, clicks, submissions and mentions become use cases, and their answers go to the asker alone. */
export const createSlackApp = ({ config, runs, answer, clock, log }: SlackAppOptions): SlackApp => {
  const { slackApiUrl, slackBotToken: token } = config;
  const client = interactiveClient({ token, slackApiUrl, log });
  let teamIds = config.slack.teamIds ?? [];
  const desk: Desk = createDesk({
    client,
    runs,
    clock,
    log,
    channels: config.slack.channels,
    admins: config.slack.admins,
    people: createPeople({ client, teamIds: () => teamIds, clock, log }),
    answer,
  });
  const inlet = createInlet(config.delivery, { slackApiUrl, clock, log, around: (bolt) => acknowledging(bolt, desk, log) });
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
      const { team_id: ownTeam } = await client.auth.test();
      if (teamIds.length === 0 && ownTeam !== undefined) teamIds = [ownTeam];
      await app.init();
      await app.start();
      log.info({ delivery: config.delivery.kind, teamIds }, 'slack connected');
    },
    async stop() {
      await inTime(desk.drain(), clock, DRAIN_MS);
      await inlet.stop();
    },
    ready: inlet.ready,
  };
};
