import { expect, test } from 'vitest';
import { nameOf, runScenario } from '../faults/run.ts';
import { DEPLOYS } from '../faults/scenarios/deploys.ts';
import { patienceMs } from '../support/eventually.ts';

/** `npm run faults` runs them all. */
const quick = DEPLOYS.filter((scenario) => scenario.quick === true).map((scenario) => ({ name: nameOf(scenario), scenario }));

test.each(quick)('$name', async ({ scenario }) => {
  expect((await runScenario(scenario, patienceMs() / 3)).violations).toEqual([]);
});

test('every scenario has a name of its own', () => {
  expect(new Set(DEPLOYS.map(nameOf)).size).toBe(DEPLOYS.length);
});
