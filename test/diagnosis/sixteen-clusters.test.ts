import { expect, test } from 'vitest';
import { NOISES } from '../../playground/faults/noise.ts';
import { eventually } from '../support/eventually.ts';
import { fleetToBreak } from '../support/fault-table.ts';
import { toldDiagnosis } from '../support/told-diagnosis.ts';

const CLUSTERS = Array.from({ length: 16 }, (_, index) => `cluster-${String(index + 1).padStart(2, '0')}`);
const REPLICAS = 5;
const placement = Object.fromEntries(CLUSTERS.slice(0, REPLICAS).map((name, index) => [name, [index]]));
/** One process plays all clusters, and keeps up with so much. */
const SPEED = 4;
const fleet = fleetToBreak({ shape: { clusters: CLUSTERS, placement, replicas: REPLICAS }, speed: SPEED });

test('sixteen healthy clusters, five of them with a replica, raise nothing', async () => {
  await eventually(fleet.nothingFound);
  expect(await fleet.now().look()).toMatchObject({ danger: [], also: [], follows: [], undecided: [], unasked: 0 });
});

test('whatever else goes wrong on them, nothing is raised', async () => {
  for (const { plant } of NOISES) {
    const mend = await plant(fleet.now().world);
    await eventually(async () => expect(toldDiagnosis(await fleet.now().look())).toBe(''));
    await mend();
  }
});
