import { expect, test } from 'vitest';
import { NOISES } from '../../playground/faults/noise.ts';
import { eventually } from '../support/eventually.ts';
import { fleetToBreak } from '../support/fault-table.ts';
import { toldDiagnosis } from '../support/told-diagnosis.ts';

const clusters = Array.from({ length: 16 }, (_, index) => `cluster-${index + 1}`);
/** One process plays all of them: no faster than it can. */
const SPEED = 4;

const fleet = fleetToBreak({
  shape: { clusters, placement: { 'cluster-1': [0], 'cluster-2': [1], 'cluster-16': [2] }, replicas: 3 },
  speed: SPEED,
});

test('a healthy fleet of sixteen clusters raises nothing, and every hop of it was asked', async () => {
  await eventually(fleet.nothingFound);
  expect(await fleet.now().look()).toMatchObject({ danger: [], also: [], follows: [], undecided: [], unasked: 0 });
});

test.each(NOISES)('a healthy fleet of sixteen clusters in which $plants raises nothing', async ({ plant }) => {
  const mend = await plant(fleet.now().world);
  await eventually(async () => expect(toldDiagnosis(await fleet.now().look())).toBe(''));
  await mend();
});
