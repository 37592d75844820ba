import { expect, test } from 'vitest';
import { cut, cutMrkdwn } from '../../src/domain/cut.ts';
import { visible } from '../../src/domain/visible.ts';
import { hostileString, SCRIPTS, seeded, UNSEEN } from '../security/hostile-strings.ts';

test('what no client shows is shown as its code point', () => {
  for (const { raw, shown } of UNSEEN) expect(visible(`a${raw}b`)).toBe(`a${shown}b`);
  expect(visible('a\r\nb\nc\td')).toBe('a\nb\nc\td');
});

test('what people write stays as it is', () => {
  for (const { raw } of SCRIPTS) expect(visible(raw)).toBe(raw);
});

test('making visible twice is the same as once', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const once = visible(hostileString(seeded(seed), 6).raw.replaceAll(/[-x( ]/g, ''));
    expect(visible(once)).toBe(once);
  }
});

test('a text is never longer than asked for, and is the start of the whole with … where something is missing', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const { raw, shown } = hostileString(seeded(seed), 4);
    for (let length = 0; length <= shown.length + 1; length += 1) {
      const short = cut(raw, length);
      expect(short.length).toBeLessThanOrEqual(length);
      const kept = short.slice(0, -1);
      const wanted = length >= shown.length ? shown : length === 0 ? '' : shown.startsWith(kept) ? `${kept}…` : 'a start of the whole';
      expect(short).toBe(wanted);
    }
  }
});

test.each([
  ['a pair of surrogates', 'ab😀cd', 4, 'ab…'],
  ['a letter and its mark', 'abe\u0301cd', 4, 'ab…'],
  ['a joined emoji', 'ab👩‍💻cd', 6, 'ab…'],
  ['a flag', 'ab🇩🇪cd', 5, 'ab…'],
  ['a code point made visible', 'ab\u202ecd', 6, 'ab…'],
])('%s is never cut in two', (_what, text, length, wanted) => {
  expect(cut(text, length)).toBe(wanted);
});

test('a pile without end is cut all the same', () => {
  expect(cut('ᄀ'.repeat(10_000), 100)).toBe(`${'ᄀ'.repeat(99)}…`);
  expect(cut(`👩${'‍👩'.repeat(1_000)}`, 100).length).toBeLessThanOrEqual(100);
});

test('mrkdwn is never cut inside of its marks', () => {
  expect(cutMrkdwn('by <@U0ALICE> now', 10)).toBe('by …');
  expect(cutMrkdwn('a &lt;b', 4)).toBe('a …');
  expect(cutMrkdwn('a &lt;bc', 7)).toBe('a &lt;…');
  expect(cutMrkdwn(`\`\`\`\n${'row '.repeat(20)}\n\`\`\``, 40)).toMatch(/^```\n[row ]+…\n```$/);
});
