import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Step } from '../../../src/steps/context.ts';
import * as ocm from '../../../src/steps/ocm/index.ts';
import { ocmFleet, type OcmFleet } from '../../support/ocm-fleet.ts';
import { keepsTheContract } from '../../support/step-contract.ts';

/** Steps on one fleet, each after those before it, with the stand-in of clusteradm as a real process. */
describe('from two bare clusters to two tuned members of one hub', () => {
  let world: OcmFleet;
  beforeAll(async () => {
    world = await ocmFleet();
  }, 60_000);
  afterAll(() => world?.close());

  const steps: [string, (world: OcmFleet) => Step][] = [
    ['the hub is initialised', ({ fleet }) => ocm.hubInitialised(fleet)],
    ...[0, 1].flatMap((index): [string, (world: OcmFleet) => Step][] => {
      const where = index === 0 ? 'the hub itself' : 'the spoke';
      return [
        [`${where} is joined`, ({ fleet }) => ocm.spokeJoined(fleet, fleet.clusters[index]!)],
        [`${where} is accepted`, ({ fleet }) => ocm.spokeAccepted(fleet, fleet.clusters[index]!)],
        [`the work agent of ${where} is tuned`, ({ fleet }) => ocm.workAgentTuned(fleet, fleet.clusters[index]!)],
      ];
    }),
  ];
  test.each(steps)(
    '%s, by the contract of steps',
    async (_, step) => {
      await keepsTheContract(step(world), world.context, { apis: [...world.apis.values()] });
      expect(await step(world).verify(world.context)).toMatchObject({ healthy: true });
    },
    60_000,
  );
});
