import { expect, test } from 'vitest';
import { lookAtClock } from '../../src/checkup/clusters.ts';
import { systemClock } from '../support/system-clock.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
/** A machine whose clock says NOW when the cluster is asked and `tookMs` later when it answered. */
const seen = (theirs: string | undefined, tookMs = 0) => {
  const told = [NOW, NOW + tookMs];
  const clock = { ...systemClock, now: () => new Date(told.shift() ?? NOW) };
  return lookAtClock('tokyo', async () => (theirs === undefined ? undefined : new Date(theirs)), clock);
};

test.each([
  ['2026-11-28T12:00:00Z', 0, 'well', "the clock of tokyo agrees with this machine's"],
  ['2026-11-28T12:00:04Z', 0, 'well', "the clock of tokyo agrees with this machine's"],
  ['2026-11-28T12:00:10Z', 0, 'warning', "the clock of tokyo is 10 s ahead of this machine's"],
  ['2026-11-28T11:58:00Z', 0, 'fault', "the clock of tokyo is 119 s behind this machine's"],
  // Of a call that took 10 s nobody knows when within them the clock was read.
  ['2026-11-28T12:00:10Z', 10_000, 'well', "the clock of tokyo agrees with this machine's"],
])('a cluster that says %s in an answer of %i ms is %s', async (theirs, tookMs, standing, says) => {
  expect(await seen(theirs, tookMs)).toMatchObject([{ standing, says }]);
});

test('a cluster that does not say its time is not known', async () => {
  expect(await seen(undefined)).toMatchObject([{ standing: 'unknown', says: 'tokyo does not say what time it is' }]);
});
