import { expect, test } from 'vitest';
import { recordDeploy, strikeDeploy } from '../faults/boundaries/deploy.ts';
import { strikesOf, worthKilling } from '../faults/boundaries/record.ts';
import { END_TO_END } from '../support/limits.ts';

/** Spread over one deploy; `npm run faults:boundaries` kills at all of them. */
const KILLS = 6;
/** Recorded, struck, and then looked at: each may take its part of the time. */
const patienceMs = END_TO_END.testTimeout / 3;

test('a deploy in which something is killed again and again, before and after what leaves it, ends as one that nobody disturbs', async () => {
  const { boundaries, picture } = await recordDeploy(patienceMs);
  const strikes = strikesOf(worthKilling(boundaries));
  // An odd number from one to the next, so that both sides are among them.
  const stride = Math.floor(strikes.length / KILLS) | 1;
  const sample = strikes.filter((_, at) => at % stride === Math.floor(stride / 2));
  const { struck, violations } = await strikeDeploy(sample, picture, patienceMs);
  expect(violations).toEqual([]);
  expect(struck.length).toBeGreaterThan(KILLS / 2);
});
