import { expect, test } from 'vitest';
import { withoutNulls } from '../../../src/adapters/kubernetes/without-nulls.ts';

test('a field that is null is absent, however deep; everything else stays', () => {
  const fresh = { spec: { group: 'a', names: null }, status: { conditions: null, stored: [{ name: 'v1', since: null }, 'v2', 0, false, ''] } };
  expect(withoutNulls(fresh)).toEqual({ spec: { group: 'a' }, status: { stored: [{ name: 'v1' }, 'v2', 0, false, ''] } });
  expect(withoutNulls(undefined)).toBeUndefined();
});
