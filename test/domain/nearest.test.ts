import { expect, test } from 'vitest';
import { nearestTo } from '../../src/domain/nearest.ts';

test('only a near word is suggested', () => {
  expect(nearestTo('depoly', ['deploy', 'status'])).toBe('deploy');
  expect(nearestTo('xyz', ['deploy', 'status'])).toBeUndefined();
});
