import { expect, test } from 'vitest';
import { deployedFleet } from '../support/deployed-fleet.ts';
import { configFor } from '../support/fleet-shape.ts';
import { DEVIATIONS, withDeviations } from '../support/planted-deviations.ts';
import { differencesOnServers } from '../support/planned-and-stored.ts';
import { differencesBetween } from '../support/planned-and-written.ts';
import { serverWrites } from '../support/server-writes.ts';

test('whatever a step writes beside what its plan tells is found, and so is what it does not write', async () => {
  const bare = await deployedFleet({
    config: configFor({ clusters: ['hub'], placement: { hub: [0] }, replicas: 1 }),
    speed: 40,
    deploys: false,
    altered: (procedure) => withDeviations(procedure, (cluster) => bare.simulated.connections.find(({ name }) => name === cluster)!),
  });
  try {
    const stored = serverWrites(bare.simulated.apis.values());
    const plan = await bare.plan();
    await bare.deploy();
    const found = [...differencesBetween(plan, bare.writes), ...differencesOnServers(plan, stored, bare.writes)];
    const missed = DEVIATIONS.filter((deviation) => !found.some((sentence) => deviation.found.test(sentence)));
    expect(
      missed.map(({ step, what }) => `${step}: ${what}`),
      found.join('\n'),
    ).toEqual([]);
  } finally {
    await bare.close();
  }
});
