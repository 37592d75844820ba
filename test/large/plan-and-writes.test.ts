import { expect, test } from 'vitest';
import { deviationsOf } from '../support/bare-fleet.ts';

const clusters = Array.from({ length: 16 }, (_, index) => `cluster-${index + 1}`);

test('a bare fleet of sixteen clusters gets what its plan showed, field by field', async () => {
  const shape = { clusters, placement: { 'cluster-1': [0], 'cluster-2': [1], 'cluster-16': [2] }, replicas: 3 };
  expect(await deviationsOf(shape, { again: false })).toEqual([]);
});
