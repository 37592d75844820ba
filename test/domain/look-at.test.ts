import { expect, test } from 'vitest';
import { lookAtMs } from '../../src/domain/run-moves.ts';

const [early, late] = ['2026-11-22T14:10:00.000Z', '2026-11-22T14:20:00.000Z'];

test.each([
  ['expires', { planExpiresAt: early }, early],
  ['is told of once more, then expires', { remindAt: early, planExpiresAt: late }, early],
  ['was told of once more', { remindAt: early, remindedAt: early, planExpiresAt: late }, late],
  ['expires before it would be told of', { remindAt: late, planExpiresAt: early }, early],
])('a plan that %s is looked at by then', (_, run, at) => {
  expect(lookAtMs({ state: 'awaiting-approval', ...run })).toBe(Date.parse(at));
});

test('a plan without an end is not looked at, and a run that somebody works on always is', () => {
  expect(lookAtMs({ state: 'awaiting-approval' })).toBe(Number.MAX_SAFE_INTEGER);
  expect(lookAtMs({ state: 'applying' })).toBe(0);
});
