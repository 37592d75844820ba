import { freePort } from '../../../playground/control/free-port.ts';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '@slack/bolt';
import { startSlack } from '../../../playground/slack/index.ts';
import type { FakeSlack, SlackOptions } from '../../../playground/slack/index.ts';
import { patienceMs } from '../../support/eventually.ts';

export const alice = 'U0ALICE';
export const bob = 'U0BOB';
export const carol = 'U0CAROL';
export const ops = 'C0OPS';
export const general = 'C0GENERAL';
const appId = 'A0BOT';

export const workspaceOptions: SlackOptions = {
  team: { id: 'T0EXAMPLE', name: 'Example', domain: 'example' },
  users: [
    { id: alice, name: 'alice', realName: 'Alice Adams' },
    { id: bob, name: 'bob', realName: 'Bob Brown' },
    { id: carol, name: 'carol', realName: 'Carol Clark', flags: ['stranger'] },
  ],
  channels: [
    { id: ops, name: 'ops', members: [alice, bob, carol, 'U0BOT'] },
    { id: general, name: 'general', members: [alice] },
  ],
  usergroups: [{ id: 'S0DB', handle: 'db-team', name: 'Database team', users: [bob] }],
  app: { appId, botUserId: 'U0BOT', botName: 'robot' },
  commands: [{ command: '/robot', description: 'Does things', usageHint: 'do|undo' }],
};

/** Says nothing: refusals are what the tests are about. */
export const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** Things to end after a test, the last first. */
export const cleanups = (): { add(end: () => Promise<unknown>): void; run(): Promise<void> } => {
  const ends: (() => Promise<unknown>)[] = [];
  return {
    add: (end) => void ends.push(end),
    run: async () => {
      for (const end of ends.splice(0).toReversed()) await end();
    },
  };
};

/** A Bolt app over Socket Mode, connected. */
export const socketApp = async (slack: FakeSlack): Promise<{ readonly app: App; stop(): Promise<void> }> => {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    deferInitialization: true,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, timeout: patienceMs() },
  });
  await app.init();
  await app.start();
  return {
    app,
    stop: async () => {
      if (slack.connections() > 0) await receiver.client.disconnect();
    },
  };
};

/** A Slack and a Bolt app behind a signed URL of it. */
export const startWithHttpApp = async (
  options: Partial<SlackOptions> = {},
): Promise<{ readonly slack: FakeSlack; readonly app: App; stop(): Promise<void> }> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const slack = await startSlack({
    ...workspaceOptions,
    commands: [{ command: '/robot', requestUrl: url }],
    interactivityUrl: url,
    app: { ...workspaceOptions.app, eventsUrl: url },
    ...options,
  });
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, port, endpoints: ['/slack/events'], logger: silent });
  const app = new App({
    token: slack.botToken,
    receiver,
    deferInitialization: true,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, timeout: patienceMs() },
  });
  await app.init();
  await app.start();
  return {
    slack,
    app,
    stop: async () => {
      await app.stop();
      await slack.close();
    },
  };
};

/** Resolves when `condition` holds, looking after every change; rejects when it never does. */
export const until = async (slack: FakeSlack, condition: () => boolean, what: string): Promise<void> => {
  if (condition()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`never seen: ${what}`)), patienceMs());
  const stop = slack.onChange(() => {
    if (condition()) resolve();
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
};
