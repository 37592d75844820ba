import { visible } from './visible.ts';

/**
 * At most `length` UTF-16 units of the text with everything in it made visible; what was cut ends with …. Never cut inside of a character as readers
 * see it (a pair of surrogates, a letter with its marks, a joined emoji, ‹U+202E›).
 */
export const cut = (text: string, length: number): string => cutBetween(text, length, CHARACTERS);

/** The longest beginning of at most `length` UTF-16 units that ends between two characters as readers see them; nothing is made visible. */
export const beginning = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const from = Math.max(0, length - LONGEST_GRAPHEME);
  const near = text.slice(from, length + LONGEST_GRAPHEME);
  if (ONE_UNIT_EACH.test(near)) return text.slice(0, length);
  const { index } = GRAPHEMES.segment(near).containing(length - from) ?? { index: length - from };
  // A pile without an end is cut between its code points.
  return index === 0 && from > 0 ? text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '') : text.slice(0, from + index);
};

/** The same for Slack's mrkdwn of our own making: never cut inside of <@U0ALICE> or &lt; either, and a preformatted part that is cut is closed. */
export const cutMrkdwn = (text: string, length: number): string => {
  const whole = outsideOfCodes(cutBetween(text, length, MRKDWN));
  if (isClosed(whole)) return whole;
  const shorter = outsideOfCodes(cutBetween(text, length - FENCE.length - 1, MRKDWN));
  return isClosed(shorter) ? shorter : `${shorter}\n${FENCE}`;
};

/** Without a code that lost its end: one may be longer than what is looked at, and `<` of our own making always begins one. */
const outsideOfCodes = (text: string): string => (text.endsWith('…') ? text.replace(/<[^<>]*…$/, '…') : text);

const FENCE = '```';
const isClosed = (text: string): boolean => text.split(FENCE).length % 2 === 1;

/** What is more than one unit beside what the segmenter knows. */
const CHARACTERS = /‹U\+[0-9A-F]{4,6}›/gu;
const MRKDWN = /‹U\+[0-9A-F]{4,6}›|<[^<>\n]*>|&(?:amp|lt|gt);|```/gu;

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A pile of this many units is no character that anybody reads: it is cut between its code points. */
const LONGEST_GRAPHEME = 64;

const cutBetween = (text: string, length: number, atoms: RegExp): string => {
  // Making visible shortens \r\n alone, so that no more than this is ever looked at of a text of any length.
  const start = text.slice(0, (text.includes('\r') ? 2 : 1) * Math.max(0, length) + 2 * LONGEST_GRAPHEME);
  const shown = visible(start);
  if (shown.length <= length && start.length === text.length) return shown;
  if (length <= 0) return '';
  const room = length - 1;
  const near = shown.slice(0, room + LONGEST_GRAPHEME);
  if (atoms === CHARACTERS && ONE_UNIT_EACH.test(near)) return `${near.slice(0, room)}…`;
  let end = 0;
  for (const unit of units(near, atoms)) {
    if (end + unit.length > room) break;
    end += unit.length;
  }
  return `${shown.slice(0, end)}…`;
};

/** Most texts: nothing to be careful about. */
const ONE_UNIT_EACH = /^[\n\t\x20-\x7E]*$/;

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
