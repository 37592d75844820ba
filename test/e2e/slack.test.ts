import { afterEach, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { BOT, CHANNEL, PEOPLE } from '../../playground/people.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let record: OpenRedis;
afterEach(async () => {
  await record?.close();
  await playground?.close();
});

const open = async (): Promise<void> => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  record = recordOf(playground);
};
const people = PEOPLE.map(({ id }) => id);
const toldTo = (user: string): string => {
  const { slack } = playground;
  return slack
    .ephemerals(user)
    .map(({ channel, ts }) => slack.messageText(channel, ts))
    .join('\n');
};

test('a channel without pgdist: who asked is told what to type, the list says it, and once invited the run goes on', async () => {
  await open();
  const { slack } = playground;
  slack.setMembers(CHANNEL, people);
  await slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres');
  await eventually(() => expect(toldTo('U0ALICE')).toMatch(/pgdist may not write in #databases \(`?not_in_channel`?\)\. Type `\/invite @pgdist`/));
  await eventually(async () => expect((await record.store.list(1))[0]?.state).toBe('awaiting-approval'));
  await playground.play(`
    alice: /pgdist runs
    expect-private alice seen by nobody
    alice: /pgdist deploy postgres
    expect-private alice seen by nobody, as pgdist may not write in #databases
  `);
  expect(slack.messages(CHANNEL)).toEqual([]);
  slack.setMembers(CHANNEL, [...people, BOT.botUserId]);
  await playground.play(`
    wait waiting for approval
    bob: Approve
    wait succeeded
  `);
  expect(slack.messages(CHANNEL)).toHaveLength(1);
  // Once by itself; the list was asked for.
  expect(toldTo('U0ALICE').match(/`\/pgdist runs` lists it/g)).toHaveLength(1);
});

test('a deploy with 429s on 30 % of calls ends as if nothing had been', async () => {
  await open();
  const { slack } = playground;
  const limited = { kind: 'rate-limited', retryAfterSeconds: 1 } as const;
  slack.faults.sometimes('*', limited, 0.3);
  // Whatever chance says of the others.
  slack.faults.next('chat.postMessage', limited);
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
  `);
  const [card] = slack.messages(CHANNEL);
  const planned = () => slack.thread(CHANNEL, card?.ts ?? '').find(({ blocks }) => JSON.stringify(blocks).includes('"approve"'));
  await eventually(() => expect(planned()).toBeDefined());
  await eventually(async () => {
    await slack.actor('U0BOB').click(CHANNEL, planned()?.ts ?? '', 'approve');
    expect((await record.store.list(1))[0]?.approval).toBeDefined();
  });
  await playground.play('wait succeeded');
  const refused = slack.calls.filter(({ error }) => error === 'ratelimited').length;
  expect(refused).toBeGreaterThan(0);
  await eventually(() => {
    const texts = slack.thread(CHANNEL, card?.ts ?? '').map(({ text }) => text);
    expect(texts.filter((text) => text.includes('is running over 2 clusters'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('Plan for'))).toHaveLength(1);
  });
  expect(slack.messages(CHANNEL)).toHaveLength(1);
  expect(slack.thread(CHANNEL, card?.ts ?? '').flatMap(({ files }) => files)).toHaveLength(
    new Set(slack.thread(CHANNEL, card?.ts ?? '').flatMap(({ files }) => files.map(({ name }) => name))).size,
  );
});
