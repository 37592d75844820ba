import { afterAll, beforeAll, expect, test } from 'vitest';
import { IN_CLUSTERS } from '../../playground/faults/catalogue.ts';
import { CHANNEL } from '../../playground/people.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  await deployed();
});
afterAll(() => playground?.close());

const deployed = (): Promise<void> =>
  playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait succeeded
  `);

/** What whoever asks is told. */
const status = async (): Promise<string> => {
  const before = playground.slack.messages(CHANNEL).length;
  const told = (): string =>
    playground.slack
      .messages(CHANNEL)
      .slice(before)
      .map(({ ts }) => playground.slack.messageText(CHANNEL, ts))
      .join('\n');
  await playground.play('alice: /pgdist status postgres');
  await eventually(() => expect(told()).toContain('asked '));
  return told();
};

// What was planted stays planted: the plan has to find it, and only what was approved mends it.
test.each(IN_CLUSTERS.filter(({ deploys }) => deploys === true))('a deploy, planned and approved, mends $id: $plants', async ({ plant }) => {
  await plant(playground.world!);
  await deployed();
  await eventually(async () => expect(await status()).toContain('postgres is healthy'));
  await playground.insist('alice: /pgdist verify postgres\nwait succeeded');
});
