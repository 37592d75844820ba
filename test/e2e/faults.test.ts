import { afterAll, expect, test } from 'vitest';
import { openLaboratory } from '../faults/run.ts';
import { inTurns, SCENARIOS } from '../faults/scenarios/all.ts';
import { END_TO_END } from '../support/limits.ts';

/** Each waits a third as long as the runner: so what hung is told, and then what else was violated. */
const laboratory = openLaboratory(END_TO_END.testTimeout / 3);
afterAll(() => laboratory.close());

/** `npm run faults` runs them all. */
const quick = inTurns(SCENARIOS.filter((scenario) => scenario.quick === true)).map((scenario) => ({ name: scenario.name, scenario }));

test.each(quick)('$name', async ({ scenario }) => {
  expect((await laboratory.run(scenario)).violations).toEqual([]);
});
