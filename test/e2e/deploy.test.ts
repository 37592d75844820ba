import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANNEL } from '../../src/playground/people.ts';
import { playgroundFor, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS);
}, 60_000);
afterAll(() => playground?.close());

test(
  'a deploy is planned, refused to its requester, approved by another person, and ends with every standby streaming',
  { timeout: 90_000 },
  async () => {
    await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval 30
    alice: approve
    expect-private alice may not approve
    bob: approve
    wait succeeded 60
    expect streaming
    expect primary postgres-0 on demo-controller
    expect 2 of 2 standbys streaming
  `);
  },
);

test('a second click on a decided plan is answered privately', async () => {
  const { slack } = playground;
  const card = slack.messages(CHANNEL)[0]!;
  const planned = slack.thread(CHANNEL, card.ts).find((message) => JSON.stringify(message.blocks).includes('Plan for'))!;
  await slack.actor('U0BOB').click(CHANNEL, planned.ts, 'approve');
  await playground.play('expect-private bob already approved');
});

test('status tells which standby is missing although the Postgres object still says Ready', { timeout: 60_000 }, async () => {
  await playground.play(`
    alice: /pgdist status postgres
    expect postgres is healthy
    fleet: stop postgres-1
    alice: /pgdist status postgres
    expect 1 of 2 standbys is missing
    expect postgres-1
    fleet: start postgres-1
  `);
});

test('deploying what is in place asks nobody and changes nothing', { timeout: 60_000 }, async () => {
  const before = writesOf(playground).length;
  await playground.play(`
    alice: /pgdist deploy postgres
    wait succeeded 30
    expect nothing to do
  `);
  expect(writesOf(playground)).toHaveLength(before);
});

test('verify proves the whole procedure', { timeout: 60_000 }, async () => {
  await playground.play(`
    alice: /pgdist verify postgres
    wait is healthy 30
  `);
});
