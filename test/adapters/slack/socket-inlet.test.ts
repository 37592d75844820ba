import { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { socketInlet } from '../../../src/adapters/slack/socket-inlet.ts';
import type { SlackRefusedError } from '../../../src/adapters/slack/start-refusal.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { eventually, patienceMs } from '../../support/eventually.ts';
import { callsOf } from './thread-bench.ts';
import { CHANNEL, keptLog, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
let stopInlet: (() => Promise<void>) | undefined;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(async () => {
  await stopInlet?.();
  await slack.close();
});

/** So much happens meanwhile that what was about to be asked has been. */
const roundTrips = async (): Promise<void> => {
  for (let trips = 0; trips < 30; trips += 1) await (await fetch(slack.pageUrl, { signal: AbortSignal.timeout(patienceMs()) })).text();
};

/** Waits that were asked for, each over at once. */
const hasty = () => {
  const waits: number[] = [];
  const clock = {
    ...systemClock,
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      await systemClock.sleep(Math.min(ms, 30), signal);
    },
  };
  return { clock, waits };
};

const inletOf = (clock = systemClock, random: () => number = () => 0) => {
  const refusals: SlackRefusedError[] = [];
  const log = keptLog();
  const inlet = socketInlet({
    appToken: slack.appToken,
    slackApiUrl: slack.apiUrl,
    clock,
    random,
    log,
    around: (app) => app,
    onRefused: (refusal) => refusals.push(refusal),
  });
  stopInlet = () => inlet.stop();
  const app = new App({
    receiver: inlet.receiver,
    authorize: () => Promise.resolve({ botToken: slack.botToken, botId: 'B0PGDIST', botUserId: 'U0PGDIST' }),
    deferInitialization: true,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  app.command('/pgdist', async ({ ack }) => ack('heard'));
  const start = async (): Promise<void> => {
    await app.init();
    await app.start();
  };
  return { inlet, start, refusals, log };
};

test('two connections are open, one opened after the other', async () => {
  const { inlet, start } = inletOf();
  expect(inlet.faults()).toEqual(['Slack is not connected']);
  await start();
  await eventually(() => expect(slack.connections()).toBe(2));
  expect(inlet.faults()).toEqual([]);
});

test('while one connection is being opened the other one is not', async () => {
  slack.faults.always('apps.connections.open', { kind: 'hang' });
  const { start } = inletOf();
  const started = start();
  await eventually(() => expect(callsOf(slack, 'apps.connections.open')).toBe(1));
  await roundTrips();
  expect(callsOf(slack, 'apps.connections.open')).toBe(1);
  await stopInlet?.();
  await expect(started).rejects.toThrow('let go of');
});

test.each([
  ['hello is withheld', () => slack.faults.withholdHello(2), 2],
  ['Slack answers 500', () => slack.faults.next('apps.connections.open', { kind: 'http', status: 500 }, 8), 8],
  ['the connection breaks off', () => slack.faults.next('apps.connections.open', { kind: 'drop' }, 3), 3],
] as const)('where %s it is asked again, ever later and a minute at most, until it is open', async (_, breakIt, times) => {
  const { clock, waits } = hasty();
  breakIt();
  const { inlet, start } = inletOf(clock);
  await start();
  expect(inlet.faults()).toEqual([]);
  const back = waits.filter((ms) => ![10_000, 6_000, 2_000].includes(ms) || ms === 2_000).slice(0, times);
  expect(back).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].slice(0, times));
});

test('processes that lost Slack together do not come back together', async () => {
  const { clock, waits } = hasty();
  slack.faults.next('apps.connections.open', { kind: 'http', status: 500 }, 2);
  await inletOf(clock, () => 0.5).start();
  expect(waits.filter((ms) => [750, 1_500].includes(ms))).toEqual([750, 1_500]);
});

test('waits as long as Slack asks for', async () => {
  const { clock, waits } = hasty();
  slack.faults.next('apps.connections.open', { kind: 'rate-limited', retryAfterSeconds: 37 });
  await inletOf(clock).start();
  expect(waits).toContain(37_000);
});

describe.each(['warning', 'refresh_requested'] as const)('a connection that Slack renews (%s)', (reason) => {
  test('is replaced, and meanwhile commands are heard', async () => {
    const { start } = inletOf(hasty().clock);
    await start();
    await eventually(() => expect(slack.connections()).toBe(2));
    slack.faults.disconnect(reason, 1);
    expect(await slack.actor('U0ALICE').command(CHANNEL, '/pgdist help')).toMatchObject({ result: 'acknowledged' });
    await eventually(() => expect(callsOf(slack, 'apps.connections.open')).toBe(3));
    await eventually(() => expect(slack.connections()).toBe(2));
  });
});

test('connections that break off are opened again, and until then Slack is not connected', async () => {
  const { inlet, start } = inletOf(hasty().clock);
  await start();
  await eventually(() => expect(slack.connections()).toBe(2));
  slack.faults.always('apps.connections.open', { kind: 'http', status: 503 });
  slack.faults.dropConnections();
  await eventually(() => expect(inlet.faults()).toEqual(['Slack is not connected']));
  slack.faults.clear();
  await eventually(() => expect(slack.connections()).toBe(2));
  expect(inlet.faults()).toEqual([]);
});

test.each([
  ['link_disabled', () => slack.faults.disconnect('link_disabled'), /Socket Mode is switched off for the app \(link_disabled\)/],
  [
    'a revoked token',
    () => {
      slack.setTokenError('app', 'token_revoked');
      slack.faults.dropConnections();
    },
    /SLACK_APP_TOKEN \(token_revoked\)/,
  ],
] as const)('%s is named, told once, and not tried for ever', async (_, breakIt, named) => {
  const { inlet, start, refusals } = inletOf(hasty().clock);
  await start();
  await eventually(() => expect(slack.connections()).toBe(2));
  const before = callsOf(slack, 'apps.connections.open');
  breakIt();
  await eventually(() => expect(refusals).toHaveLength(1));
  expect(refusals[0]?.message).toMatch(named);
  expect(inlet.faults()).toEqual([refusals[0]?.message]);
  await roundTrips();
  // Each of the two links may have been about to ask.
  expect(callsOf(slack, 'apps.connections.open') - before).toBeLessThanOrEqual(2);
});

test.each([
  ['token_revoked', /refuses the token in SLACK_APP_TOKEN \(token_revoked\)/],
  ['not_allowed_token_type', /SLACK_APP_TOKEN holds a token of another kind/],
  ['missing_scope', /needed is connections:write/],
  ['account_inactive', /account_inactive/],
])('a start that Slack refuses with %s is one sentence', async (error, sentence) => {
  slack.faults.next('apps.connections.open', { kind: 'error', error });
  await expect(inletOf().start()).rejects.toThrow(sentence);
});
