import { expect, test } from 'vitest';
import { FAULTS } from '../../playground/faults/catalogue.ts';

test('the words by which a fault is known name no cluster of one fleet: it is planted in fleets of other names as well', () => {
  expect(FAULTS.flatMap(({ id, says }) => says.filter((word) => /\bdemo-\w/.test(word)).map((word) => `${id}: ${word}`))).toEqual([]);
});
