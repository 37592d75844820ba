import { expect, test } from 'vitest';
import { FAULTS } from '../../playground/faults/catalogue.ts';
import { changesOf } from '../../src/domain/finding.ts';
import { deviationsOf } from '../support/bare-fleet.ts';
import { deployedFleet } from '../support/deployed-fleet.ts';
import { configFor, TWO_CLUSTERS, type FleetShape } from '../support/fleet-shape.ts';
import { differencesOnServers } from '../support/planned-and-stored.ts';
import { differencesBetween } from '../support/planned-and-written.ts';
import { serverWrites } from '../support/server-writes.ts';

const SHAPES: readonly FleetShape[] = [
  { clusters: ['hub'], placement: { hub: [0] }, replicas: 1 },
  TWO_CLUSTERS,
  { clusters: ['oslo', 'paris', 'rome', 'tokyo'], placement: { oslo: [0], rome: [1], tokyo: [2] }, replicas: 3 },
];
const SPEED = 40;

test.each(SHAPES)('a bare fleet of $clusters gets what its plan showed, field by field', async (shape) => {
  expect(await deviationsOf(shape)).toEqual([]);
});

const BROKEN = [
  'slice-block-removed-from-corefile',
  'slice-block-leads-elsewhere',
  'feedback-gate-off',
  'placement-policy-deleted',
  'kubedb-release-pending',
  'gateway-label-removed',
  'hub-gate-off',
];

test('a fleet in which something was broken gets what its plan showed, field by field', async () => {
  const deployed = await deployedFleet({ config: configFor(TWO_CLUSTERS), speed: SPEED });
  try {
    for (const id of BROKEN) {
      const fault = FAULTS.find((one) => one.id === id)!;
      await fault.plant(deployed.world);
      const plan = await deployed.plan();
      expect(plan.flatMap(({ finding }) => changesOf(finding)).length, `${id} is seen`).toBeGreaterThan(0);
      const before = deployed.writes.length;
      const stored = serverWrites(deployed.simulated.apis.values());
      await deployed.deploy();
      const writes = deployed.writes.slice(before);
      expect([...differencesBetween(plan, writes), ...differencesOnServers(plan, stored, writes)], id).toEqual([]);
    }
  } finally {
    await deployed.close();
  }
});
