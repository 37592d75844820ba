import { expect, test } from 'vitest';
import { humanDuration } from '../../../playground/kubernetes-api/tables/human-duration.ts';

test.each([
  [-5, '<invalid>'],
  [-1, '0s'],
  [119.9, '119s'],
  [120, '2m'],
  [599, '9m59s'],
  [600, '10m'],
  [10_799, '179m'],
  [10_800, '3h'],
  [28_799, '7h59m'],
  [172_799, '47h'],
  [172_800, '2d'],
  [180_000, '2d2h'],
  [691_200, '8d'],
  [63_072_000, '2y'],
  [65_000_000, '2y22d'],
  [252_288_000, '8y'],
])('%d seconds are written as %s, as kubectl does', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});
