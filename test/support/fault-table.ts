import { afterAll, beforeAll, expect, test } from 'vitest';
import { missesOf } from '../../bench/diagnosis/score.ts';
import type { Fault } from '../../playground/faults/fault.ts';
import { deployedFleet, type DeployedFleet } from './deployed-fleet.ts';
import { eventually } from './eventually.ts';
import { configFor, TWO_CLUSTERS, type FleetShape } from './fleet-shape.ts';
import { toldDiagnosis } from './told-diagnosis.ts';

const SPEED = 60;

/** A fleet with one database for all tests of the file, in which nothing is wrong. */
export const fleetToBreak = ({ shape = TWO_CLUSTERS, speed = SPEED }: { readonly shape?: FleetShape; readonly speed?: number } = {}): {
  readonly now: () => DeployedFleet;
  readonly nothingFound: () => Promise<void>;
} => {
  let fleet: DeployedFleet;
  beforeAll(async () => {
    fleet = await deployedFleet({ config: configFor(shape), speed });
  });
  afterAll(() => fleet?.close());
  return {
    now: () => fleet,
    nothingFound: async () => expect(toldDiagnosis(await fleet.look())).toBe(''),
  };
};

/** Each fault once: named by its code, with its words, alone as a cause; and nothing is left of it when its remedy was applied. */
export const faultTable = (faults: readonly Fault[]): void => {
  const fleet = fleetToBreak();
  test.each(faults)('$id is named as $code: $plants', async (fault) => {
    const mend = await fault.plant(fleet.now().world);
    try {
      await eventually(async () => {
        const found = await fleet.now().look();
        expect(missesOf(found, fault), toldDiagnosis(found)).toEqual([]);
      });
    } finally {
      await mend();
    }
    await eventually(fleet.nothingFound);
  });
};
