import { visible } from './visible.ts';

/**
 * At most `length` UTF-16 units of the text with everything in it made visible; what was cut ends with …. Never cut inside of a character as readers
 * see it (a pair of surrogates, a letter with its marks, a joined emoji, ‹U+202E›).
 */
export const cut = (text: string, length: number): string => cutBetween(text, length, CHARACTERS);

/** The same for Slack's mrkdwn of our own making: never cut inside of <@U0ALICE> or &lt; either, and a preformatted part that is cut is closed. */
export const cutMrkdwn = (text: string, length: number): string => {
  const whole = cutBetween(text, length, MRKDWN);
  if (isClosed(whole)) return whole;
  const shorter = cutBetween(text, length - FENCE.length - 1, MRKDWN);
  return isClosed(shorter) ? shorter : `${shorter}\n${FENCE}`;
};

const FENCE = '```';
const isClosed = (text: string): boolean => text.split(FENCE).length % 2 === 1;

/** What is more than one unit beside what the segmenter knows. */
const CHARACTERS = /‹U\+[0-9A-F]{4,6}›/gu;
const MRKDWN = /‹U\+[0-9A-F]{4,6}›|<[^<>\n]*>|&(?:amp|lt|gt);|```/gu;

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A pile of this many units is no character that anybody reads: it is cut between its code points. */
const LONGEST_GRAPHEME = 64;

const cutBetween = (text: string, length: number, atoms: RegExp): string => {
  const shown = visible(text);
  if (shown.length <= length) return shown;
  const room = Math.max(0, length - 1);
  let end = 0;
  for (const unit of units(shown.slice(0, room + LONGEST_GRAPHEME), atoms)) {
    if (end + unit.length > room) break;
    end += unit.length;
  }
  return length <= 0 ? '' : `${shown.slice(0, end)}…`;
};

const units = function* (text: string, atoms: RegExp): Generator<string> {
  let end = 0;
  for (const { 0: atom, index } of text.matchAll(atoms)) {
    yield* graphemes(text.slice(end, index));
    yield atom;
    end = index + atom.length;
  }
  yield* graphemes(text.slice(end));
};

const graphemes = function* (text: string): Generator<string> {
  for (const { segment } of GRAPHEMES.segment(text)) yield* segment.length > LONGEST_GRAPHEME ? segment : [segment];
};
