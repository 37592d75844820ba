import { afterEach, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import type { PlaygroundOptions } from '../../playground/start.ts';
import { CHANNEL } from '../../playground/people.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { eventually } from '../support/eventually.ts';

let playground: TestPlayground;
let record: OpenRedis;
let redis: TestRedis;
afterEach(async () => {
  await record?.close();
  await playground?.close();
  await redis?.close();
});

/** A Redis of its own, so that it can be taken away. */
const open = async (delivery: PlaygroundOptions['delivery']): Promise<void> => {
  redis = await startRedis();
  playground = await playgroundFor({ ...TWO_CLUSTERS, also: ['orders'] }, { speed: 60, delivery, redisUrl: redis.url });
  record = recordOf(playground);
};
const runsOf = async (database: string) => (await record.store.list(20)).filter((run) => run.database.name === database);
const stateOf = async (database: string) => (await runsOf(database))[0]?.state;
const planMessage = (): string => {
  const { slack } = playground;
  const [card] = slack.messages(CHANNEL).toReversed();
  return slack.thread(CHANNEL, card?.ts ?? '').find(({ ts }) => slack.messageText(CHANNEL, ts).includes('Plan for'))?.ts ?? '';
};

test('over signed HTTP a deploy is planned; what is forged, stale or replayed changes nothing and runs nothing twice', async () => {
  await open('http');
  const { slack } = playground;
  const alice = slack.actor('U0ALICE');
  const bob = slack.actor('U0BOB');
  for (const fault of ['wrong-secret', 'stale-timestamp', 'future-timestamp', 'unsigned'] as const) {
    slack.faults.nextDelivery(fault);
    expect(await alice.command(CHANNEL, '/pgdist deploy postgres'), fault).toMatchObject({ result: 'dispatch_failed' });
  }
  expect(await record.store.list(10)).toEqual([]);

  slack.faults.nextDelivery('duplicate');
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    expect approvers: @bob
  `);
  expect(await runsOf('postgres')).toHaveLength(1);
  expect(slack.messages(CHANNEL)).toHaveLength(1);

  slack.faults.nextDelivery('wrong-secret');
  expect(await bob.click(CHANNEL, planMessage(), 'approve')).toMatchObject({ result: 'dispatch_failed' });
  expect(await stateOf('postgres')).toBe('awaiting-approval');
  expect(writesOf(playground)).toEqual([]);

  slack.faults.nextDelivery('duplicate');
  await bob.click(CHANNEL, planMessage(), 'approve');
  await eventually(async () => expect(await stateOf('postgres')).toBe('applying'));
  const [run] = await runsOf('postgres');
  expect(run?.attempt).toBe(2);
  // One click, one answer: nobody is told of himself that he came too late.
  expect(slack.ephemerals('U0BOB').filter(({ text }) => text.includes('Already approved'))).toEqual([]);
  await playground.play('alice: Cancel');
  await eventually(async () => expect(await stateOf('postgres')).toBe('cancelled'));
});

test('over Socket Mode a command that is delivered twice runs once, and one that comes while Redis is away never', async () => {
  await open('socket-mode');
  const { slack } = playground;
  slack.faults.nextDelivery('duplicate');
  await playground.play(`
    alice: /pgdist deploy orders
    wait waiting for approval
    expect approvers: @bob
  `);
  expect(await runsOf('orders')).toHaveLength(1);
  expect(slack.messages(CHANNEL)).toHaveLength(1);

  await redis.stop();
  await playground.play(`
    alice: /pgdist deploy postgres
    expect-private alice Nothing was accepted
    expect-private alice Nothing has changed
    bob: approve
    expect-private bob it is not known whether \`approve\` was taken
  `);
  await redis.start();
  // The reconciler and every queue have had their turn when a later command is through.
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
  `);
  expect(await runsOf('postgres')).toHaveLength(1);
  expect(await stateOf('orders')).toBe('awaiting-approval');
  expect(slack.messages(CHANNEL)).toHaveLength(2);
  expect(writesOf(playground)).toEqual([]);
});
