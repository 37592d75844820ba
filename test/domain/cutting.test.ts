import { describe, expect, test } from 'vitest';
import { bounded } from '../../src/domain/bounded.ts';
import { beginning, cut, cutMrkdwn } from '../../src/domain/cut.ts';
import { bold, code, cutSource, joined, link, parse, phrase, sourceOf, time, told, user, type Text } from '../../src/domain/text.ts';
import { visible } from '../../src/domain/visible.ts';
import { mrkdwn, mrkdwnPre } from '../../src/adapters/slack/render/mrkdwn.ts';
import { linesOf } from '../../src/adapters/slack/render/span.ts';
import { hostileString, seeded } from '../security/hostile-strings.ts';

/** What readers see as one: letters with marks, joined and coloured emoji, flags, syllables of Hangul, Indic clusters, pairs of surrogates. */
const CHARACTERS = [
  'a',
  ' ',
  'é',
  'e\u0301',
  'o\u0308\u0323',
  '😀',
  '👩‍💻',
  '👩🏽‍🚀',
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈',
  '❤️',
  '1️⃣',
  '🇩🇪',
  '🇯🇵',
  '각',
  'क्षि',
  'ก็',
  '𝔘',
  '葛\u{e0100}',
  '\n',
  '<',
  '&',
  '`',
  '*',
];
const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

const randomText = (random: () => number, most: number): string =>
  Array.from({ length: Math.floor(random() * most) }, () => CHARACTERS[Math.floor(random() * CHARACTERS.length)]).join('');

/** Every index at which a text may end. */
const endsOf = (text: string): ReadonlySet<number> => new Set([...SEGMENTS.segment(text)].map(({ index }) => index).concat(text.length));

const eachCase = (seeds: number, most: number, check: (text: string, length: number) => void): void => {
  for (let seed = 0; seed < seeds; seed += 1) {
    const random = seeded(seed);
    const text = randomText(random, most);
    for (let times = 0; times < 12; times += 1) check(text, Math.floor(random() * (text.length + 2)));
  }
};

test('whatever is cut ends between two characters, and is no longer than asked for', () => {
  eachCase(200, 60, (text, length) => {
    const start = beginning(text, length);
    expect({ text, length, start, fits: start.length <= length, whole: endsOf(text).has(start.length) && text.startsWith(start) }).toMatchObject({
      fits: true,
      whole: true,
    });
    const [short, shown] = [cut(text, length), visible(text)];
    const kept = short === shown ? short : short.slice(0, -1);
    expect({ text, length, short, fits: short.length <= length, whole: shown.startsWith(kept) && endsOf(shown).has(kept.length) }).toMatchObject({
      fits: true,
      whole: true,
    });
  });
});

test('no more is cut off than must be', () => {
  eachCase(200, 60, (text, length) => {
    const next = [...endsOf(text)].toSorted((a, b) => a - b).find((end) => end > beginning(text, length).length);
    expect({ text, length, next: next === undefined || next > length }).toMatchObject({ next: true });
  });
});

test('what is kept of clusters is cut between characters as well', () => {
  eachCase(100, 40, (text, length) => {
    const kept = bounded({ evidence: [text] }, { length: Math.max(2, length), entries: 5 }).evidence[0] ?? '';
    const start = kept === text ? kept : kept.slice(0, -1);
    expect({ text, length, kept, whole: endsOf(text).has(start.length) }).toMatchObject({ whole: true });
  });
});

/** A sentence with every kind of piece, their words at random. */
const randomSentence = (random: () => number): Text =>
  joined(
    Array.from({ length: 1 + Math.floor(random() * 8) }, () => {
      const words = `w${randomText(random, 6)}w`;
      const pieces = [
        () => phrase`${words}`,
        () => code(words),
        () => bold(words),
        () => user('U0ALICE'),
        () => time('2026-11-22T14:02:00Z'),
        () => link('https://pgdist.example/a', words),
      ];
      return pieces[Math.floor(random() * pieces.length)]!();
    }),
    ' ',
  );

describe('a sentence in markup', () => {
  test('is cut outside of its marks: what is left means what it meant', () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const random = seeded(seed);
      const sentence = randomSentence(random);
      const source = sourceOf(sentence);
      const whole = JSON.stringify(parse(sentence));
      for (let times = 0; times < 10; times += 1) {
        const length = 1 + Math.floor(random() * (source.length + 1));
        const short = cutSource(source, length);
        expect(short.length).toBeLessThanOrEqual(length);
        for (const span of parse(short as unknown as Text).filter((piece) => typeof piece !== 'string'))
          expect(whole).toContain(JSON.stringify(span));
        expect(short.isWellFormed()).toBe(true);
      }
    }
  });

  test('as mrkdwn is cut outside of codes, escapes and fences', () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const random = seeded(seed);
      const lines = linesOf(joined([randomSentence(random), told`${hostileString(random, 2).raw}`, randomSentence(random)], '\n'));
      const text = `${lines.map(mrkdwn).join('\n')}\n${mrkdwnPre(randomText(random, 30))}\n<!date^1700000000^{date_short_pretty} {time_secs}|2026-11-22 14:02:07 UTC> and what follows`;
      for (let times = 0; times < 10; times += 1) {
        const length = Math.floor(random() * (text.length + 2));
        const short = cutMrkdwn(text, length);
        expect({ length, short, fits: short.length <= length }).toMatchObject({ fits: true });
        // Whatever is left of a mark is the whole of one that was there.
        const left = short.replaceAll(/<(?:[@#!]|https?:)[^<>]*>/g, '').replaceAll(/&(?:amp|lt|gt);/g, '');
        expect({ length, short, half: /[<>&]/.exec(left)?.[0] }).toMatchObject({ half: undefined });
        expect(short.split('```').length % 2).toBe(1);
        expect(short.isWellFormed()).toBe(true);
      }
    }
  });
});
