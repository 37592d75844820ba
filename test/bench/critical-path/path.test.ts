import { expect, test } from 'vitest';
import { criticalPath } from '../../../bench/critical-path/path.ts';
import { parallel, sequence } from '../../../src/domain/procedure.ts';
import type { StepOutcome } from '../../../src/domain/run.ts';

const step = (id: string): { readonly id: string } => ({ id });
/** Ran from one second to another. */
const ran = (from: number, to: number): StepOutcome => ({
  state: 'done',
  startedAt: new Date(from * 1000).toISOString(),
  endedAt: new Date(to * 1000).toISOString(),
});
const idsOf = (path: ReturnType<typeof criticalPath>): string[] => path.map(({ step: { id } }) => id);

const procedure = sequence(step('first'), parallel(sequence(step('a1'), step('a2')), step('b'), step('gate')), step('last'));

test('of what runs side by side only what ended last counts, with all that it had to wait for', () => {
  const outcomes = { first: ran(0, 1), a1: ran(1, 4), a2: ran(4, 9), b: ran(1, 8), gate: ran(1, 1), last: ran(9, 10) };
  expect(idsOf(criticalPath(procedure, outcomes))).toEqual(['first', 'a1', 'a2', 'last']);
});

test('one slow step outweighs a longer chain that ended before it', () => {
  const outcomes = { first: ran(0, 1), a1: ran(1, 2), a2: ran(2, 3), b: ran(1, 8), gate: ran(1, 1), last: ran(8, 10) };
  const path = criticalPath(procedure, outcomes);
  expect(idsOf(path)).toEqual(['first', 'b', 'last']);
  expect(path.map(({ startedMs, endedMs }) => endedMs - startedMs)).toEqual([1000, 7000, 2000]);
});

test('a step that never began takes no part', () => {
  expect(idsOf(criticalPath(procedure, { first: ran(0, 1), b: ran(1, 2) }))).toEqual(['first', 'b']);
});
