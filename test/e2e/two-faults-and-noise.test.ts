import { expect, test } from 'vitest';
import { FAULTS } from '../../playground/faults/catalogue.ts';
import type { Fault, Mend } from '../../playground/faults/fault.ts';
import { NOISES } from '../../playground/faults/noise.ts';
import { PAIRS } from '../../playground/faults/pairs.ts';
import { eventually } from '../support/eventually.ts';
import { fleetToBreak } from '../support/fault-table.ts';
import { toldDiagnosis } from '../support/told-diagnosis.ts';

const fleet = fleetToBreak();
const planted = (id: string): Fault => FAULTS.find((fault) => fault.id === id)!;

test('a healthy fleet raises nothing', async () => {
  await eventually(fleet.nothingFound);
  expect(await fleet.now().look()).toMatchObject({ danger: [], also: [], follows: [], undecided: [], unasked: 0 });
});

test.each(NOISES)('a healthy fleet in which $plants raises nothing', async ({ plant }) => {
  const mend = await plant(fleet.now().world);
  await eventually(async () => expect(toldDiagnosis(await fleet.now().look())).toBe(''));
  await mend();
});

test.each(PAIRS)('%s and %s at once are both told, the earlier hop first', async (...ids) => {
  const faults = ids.map(planted);
  const mends: Mend[] = [];
  try {
    for (const fault of faults) mends.unshift(await fault.plant(fleet.now().world));
    await eventually(async () => {
      const found = await fleet.now().look();
      const told = [...found.danger, ...(found.cause === undefined ? [] : [found.cause]), ...found.also];
      expect(
        told.map(({ problem }) => problem.code),
        toldDiagnosis(found),
      ).toEqual(faults.map(({ code }) => code));
    });
  } finally {
    for (const mend of mends) await mend();
  }
  await eventually(fleet.nothingFound);
});
