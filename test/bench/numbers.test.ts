import { expect, test } from 'vitest';
import { percentile, told } from '../../bench/numbers.ts';

test('a percentile is a sample that was measured, never one between two', () => {
  const samples = [40, 10, 30, 20];
  expect(percentile(samples, 50)).toBe(20);
  expect(percentile(samples, 51)).toBe(30);
  expect(percentile(samples, 99)).toBe(40);
  expect(percentile(samples, 0)).toBe(10);
});

test('of a few samples the high percentiles are the worst one', () => {
  expect(percentile([1, 2, 900], 95)).toBe(900);
  expect(
    percentile(
      Array.from({ length: 200 }, (_, index) => index + 1),
      99,
    ),
  ).toBe(198);
});

test('nothing measured is no number', () => {
  expect(() => percentile([], 95)).toThrow('needs samples');
});

test('short times are told in milliseconds, long ones in seconds', () => {
  expect(told(849.6)).toBe('850 ms');
  expect(told(12_345)).toBe('12.3 s');
});
