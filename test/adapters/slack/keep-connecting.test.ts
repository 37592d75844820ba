import { SocketModeReceiver } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { slackLogger } from '../../../src/adapters/slack/clients.ts';
import { keepConnecting } from '../../../src/adapters/slack/keep-connecting.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { patienceMs } from '../../support/eventually.ts';
import { type SlackWire, startSlackWire } from '../../support/slack-wire.ts';
import { keptLog } from './workspace.ts';

let wire: SlackWire;
beforeEach(async () => {
  wire = await startSlackWire({}, patienceMs());
});
afterEach(() => wire.close());

/** A client of Slack's, and how long it was let wait before each new try. */
const connecting = () => {
  const log = keptLog();
  const stopping = new AbortController();
  const waits: number[] = [];
  const clock = {
    ...systemClock,
    sleep: async (ms: number) => {
      waits.push(ms);
    },
  };
  const receiver = new SocketModeReceiver({
    appToken: 'xapp-1',
    logger: slackLogger(log),
    installerOptions: { clientOptions: { slackApiUrl: wire.apiUrl, retryConfig: { retries: 0 } } },
  });
  keepConnecting(receiver.client, { clock, log, stopping: stopping.signal });
  return { client: receiver.client, waits, stopping };
};

test('the first connection that Slack refuses is an error', async () => {
  const { client, waits } = connecting();
  wire.refuseConnections(1);
  await expect(client.start()).rejects.toThrow(/500/);
  expect(waits).toEqual([]);
});

test('a later one is asked for again, with growing pauses, until Slack gives it', async () => {
  const { client, waits } = connecting();
  await client.start();
  wire.refuseConnections(6);
  await client.start();
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  await client.disconnect();
});

test('who stops is not kept waiting', async () => {
  const { client, stopping } = connecting();
  await client.start();
  wire.refuseConnections(1_000);
  stopping.abort(new Error('stopped'));
  expect(await client.start()).toEqual({ ok: false });
  await client.disconnect();
});
