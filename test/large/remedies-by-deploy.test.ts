import { afterAll, beforeAll, expect, test } from 'vitest';
import { IN_CLUSTERS } from '../../playground/faults/catalogue.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
beforeAll(async () => {
  // OCM's agents put back within minutes what was changed on a spoke: a person has the time to plan and approve until then.
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 20 });
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

// What was planted stays planted: the plan has to find it, and only what was approved mends it.
test.each(IN_CLUSTERS.filter(({ deploys }) => deploys === true))('a deploy, planned and approved, mends $id: $plants', async ({ plant }) => {
  await plant(playground.world!);
  await deployed();
  // Again, as what a busy machine did not answer in time is told so.
  await expect(playground.insist('alice: /pgdist verify postgres\nwait is healthy')).resolves.toBeUndefined();
});
