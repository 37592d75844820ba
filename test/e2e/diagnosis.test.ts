import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from '../../playground/faults/catalogue.ts';
import type { Fault, Mend } from '../../playground/faults/fault.ts';
import { NOISES } from '../../playground/faults/noise.ts';
import { PAIRS } from '../../playground/faults/pairs.ts';
import { deployedFleet, type DeployedFleet } from '../support/deployed-fleet.ts';
import { eventually } from '../support/eventually.ts';
import { missesOf } from '../../bench/diagnosis/score.ts';
import { configFor, TWO_CLUSTERS } from '../support/fleet-shape.ts';
import { toldDiagnosis } from '../support/told-diagnosis.ts';

const SPEED = 60;

let fleet: DeployedFleet;
beforeAll(async () => {
  fleet = await deployedFleet({ config: configFor(TWO_CLUSTERS), speed: SPEED });
});
afterAll(() => fleet?.close());

const planted = (id: string): Fault => FAULTS.find((fault) => fault.id === id)!;

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

test.each(NOISES)('a healthy fleet in which $plants raises nothing', async ({ plant }) => {
  const mend = await plant(fleet.world);
  await eventually(async () => expect(toldDiagnosis(await fleet.look())).toBe(''));
  await mend();
});

test.each(PAIRS)('%s and %s at once are both told, the earlier hop first', async (...ids) => {
  const faults = ids.map(planted);
  const mends: Mend[] = [];
  try {
    for (const fault of faults) mends.unshift(await fault.plant(fleet.world));
    await eventually(async () => {
      const found = await fleet.look();
      const told = [...found.danger, ...(found.cause === undefined ? [] : [found.cause]), ...found.also];
      expect(
        told.map(({ problem }) => problem.code),
        toldDiagnosis(found),
      ).toEqual(faults.map(({ code }) => code));
    });
  } finally {
    for (const mend of mends) await mend();
  }
  await eventually(nothingFound);
});
