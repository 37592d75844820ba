import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from '../../playground/faults/catalogue.ts';
import { deployedFleet, type DeployedFleet } from '../support/deployed-fleet.ts';
import { eventually } from '../support/eventually.ts';
import { missesOf } from '../../bench/diagnosis/score.ts';
import { configFor, TWO_CLUSTERS } from '../support/fleet-shape.ts';
import { toldDiagnosis } from '../support/told-diagnosis.ts';

const SPEED = 25;

let fleet: DeployedFleet;
beforeAll(async () => {
  fleet = await deployedFleet({ config: configFor(TWO_CLUSTERS), speed: SPEED });
});
afterAll(() => fleet?.close());

const nothingFound = async (): Promise<void> => expect(toldDiagnosis(await fleet.look())).toBe('');

test('a healthy fleet raises nothing', async () => {
  await eventually(nothingFound);
  expect(await fleet.look()).toMatchObject({ danger: [], also: [], follows: [], undecided: [], unasked: 0 });
});

test.each(FAULTS)('$id is named as $code: $plants', async (fault) => {
  const mend = await fault.plant(fleet.world);
  try {
    await eventually(async () => {
      const found = await fleet.look();
      expect(missesOf(found, fault), toldDiagnosis(found)).toEqual([]);
    });
  } finally {
    await mend();
  }
  await eventually(nothingFound);
});
