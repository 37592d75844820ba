import { expect, test } from 'vitest';
import { editBetween } from '../../../src/steps/coredns/text-edit.ts';

const PLACE = '192.0.2.53';

/** Texts of few pieces, so that they have much in common. */
const texts = (seed: number): readonly [string, string] => {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const pieces = ['a', '1', '192.0.2.5', '3', '.53', '\u{1f600}', '\u{1f601}', 'é', '\n', ''];
  const some = (): string => Array.from({ length: next(6) }, () => pieces[next(pieces.length)]).join('');
  return [`${some()}${some()}`, `${some()}${PLACE}${some()}`];
};

test('the bytes that stay and the insert make the other text, and no place and no character is in two parts', () => {
  for (let seed = 1; seed <= 5_000; seed += 1) {
    const [before, after] = texts(seed);
    const { keep, rest, insert } = editBetween(before, after, PLACE);
    const bytes = Buffer.from(before);
    expect(keep + rest).toBeLessThanOrEqual(bytes.length);
    const around = [bytes.subarray(0, keep).toString(), bytes.subarray(bytes.length - rest).toString()] as const;
    expect(around.join(insert)).toBe(after);
    expect(around.join('')).not.toContain('\uFFFD');
    expect(insert.includes(PLACE) || before.includes(PLACE)).toBe(true);
  }
});

test('what both texts have stays', () => {
  expect(editBetween(`forward . 192.0.2.5 {\n`, `forward . ${PLACE} {\n`, PLACE)).toEqual({ keep: 10, rest: 3, insert: PLACE });
  expect(editBetween('same', 'same', PLACE)).toEqual({ keep: 4, rest: 0, insert: '' });
});
