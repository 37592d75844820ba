import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Step } from '../../../src/steps/context.ts';
import { hubInitialised } from '../../../src/steps/ocm/hub-initialised.ts';
import { spokeAccepted } from '../../../src/steps/ocm/spoke-accepted.ts';
import { spokeJoined } from '../../../src/steps/ocm/spoke-joined.ts';
import { KLUSTERLET } from '../../../src/steps/ocm/objects.ts';
import { workAgentTuned } from '../../../src/steps/ocm/work-agent-tuned.ts';
import { ocmFleet, type OcmFleet } from '../../support/ocm-fleet.ts';
import { becomesHealthy, keepsTheContract } from '../../support/step-contract.ts';

/** Steps on one fleet, each after those before it, with the stand-in of clusteradm as a real process. */
describe('from two bare clusters to two tuned members of one hub', () => {
  let world: OcmFleet;
  beforeAll(async () => {
    world = await ocmFleet();
  });
  afterAll(() => world?.close());

  /** As a person joins a spoke who follows the guide: an agent that runs without the settings. */
  const joinedByHand = (cluster: string) => async (at: OcmFleet) => {
    const workConfiguration = { featureGates: [], statusSyncInterval: null };
    await at.admins.get(cluster)!.merge(KLUSTERLET, { spec: { workConfiguration } });
  };

  const steps: [string, string, (world: OcmFleet) => Step, ((world: OcmFleet) => Promise<void>)?][] = [
    ['ocm/hub-initialised', 'the hub is initialised', ({ fleet }) => hubInitialised(fleet)],
    ...[0, 1].flatMap((index): typeof steps => {
      const where = index === 0 ? 'the hub itself' : 'the spoke';
      return [
        ['ocm/spoke-joined', `${where} is joined`, ({ fleet }) => spokeJoined(fleet, fleet.clusters[index]!)],
        ['ocm/spoke-accepted', `${where} is accepted`, ({ fleet }) => spokeAccepted(fleet, fleet.clusters[index]!)],
        [
          'ocm/work-agent-tuned',
          `the work agent of ${where} is tuned`,
          ({ fleet }) => workAgentTuned(fleet, fleet.clusters[index]!),
          joinedByHand(index === 0 ? 'tokyo' : 'osaka'),
        ],
      ];
    }),
  ];
  test.each(steps)('%s: %s, by the contract of steps', async (path, _, step, before) => {
    await before?.(world);
    await keepsTheContract(path, step(world), world.context, { apis: [...world.apis.values()] });
    expect(await becomesHealthy(step(world), world.context)).toMatchObject({ healthy: true });
  });
});
