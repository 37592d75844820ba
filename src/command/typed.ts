import { SLASH } from '../ports/use-cases.ts';

/** How a line names the bot itself, beside the slash command: what a mention of it is turned into. */
export const ADDRESS = `@${SLASH.slice(1)}`;

/**
 * The words of a line as its writer saw them: chat clients and the places that people copy from put codes, quotes, emphasis, punctuation and characters
 * of no width around them, and none of that means anything. Only what is seen becomes a word: what hides behind a link or in characters that are not
 * shown is never looked at, and struck words keep their tildes, since they were taken back.
 */
export const wordsAsSeen = (text: string): readonly string[] => withoutCodes(text).split(BLANKS).map(bare).filter(isWord);

/** True for a line of marks alone, such as ':' or '?!' after a mention: it asks for nothing. */
export const saysNothing = (text: string): boolean => MARKS_ALONE.test(withoutCodes(text).replace(UNSEEN, ''));

/** In lower case, ASCII alone: other letters that fold to it only look like it and are not meant. */
export const folded = (word: string): string => word.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Slack's codes as its clients show them: the label of a link, the name of a person or channel. Escapes are undone once. */
const withoutCodes = (text: string): string =>
  text
    .replace(CODE, (_, sigil: string, target: string, label?: string) => shownCode(sigil, target, label === '' ? undefined : label))
    .replace(NAME_AND_COLON, '$1 ')
    .replace(/&(amp|lt|gt);/g, (_, name: keyof typeof ESCAPES) => ESCAPES[name]);

const CODE = /<([@#!]?)([^<>|\n]{1,2000})(?:\|([^<>\n]{0,2000}))?>/g;
/** `@pgdist:deploy`, without a blank. */
const NAME_AND_COLON = new RegExp(`(?<!\\S)([@/]${SLASH.slice(1)})[:,;]+(?=\\S)`, 'gi');
const ESCAPES = { amp: '&', lt: '<', gt: '>' } as const;

const shownCode = (sigil: string, target: string, label: string | undefined): string => {
  if (sigil === '' && !/^(?:https?|ftp|mailto|tel|slack):/.test(target)) return `<${target}${label === undefined ? '' : `|${label}`}>`;
  if (sigil === '') return label ?? target;
  const name = (label ?? target).replace(/^[@#]/, '').replaceAll(/\s/g, '_');
  // A name that somebody gave to himself must not make him the bot.
  return `${sigil === '#' ? '#' : '@'}${`@${name}`.toLowerCase() === ADDRESS ? target : name}`;
};

/** Beside white space: what takes room and shows nothing. NEL and the fillers are none of \s, and the mark of byte order is no blank. */
const BLANKS = /[[\s\u0085\u2800\u3164\uFFA0]--\uFEFF]+/v;

/** A word without what is around it, and without what is not seen in it. Letters of full width, as East Asian keyboards write them, are the plain ones. */
const bare = (word: string): string => {
  const seen = word
    .replace(UNSEEN, '')
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u2010\u2011\u2212\uFE63]/g, '-');
  if (/^-+\?$/.test(seen)) return '--help';
  return trimmed(seen).replace(SMART_DASH, '--');
};

/** What no client shows. The override that turns letters around stays, since it changes what is read: a word with it in is none that pgdist knows. */
const UNSEEN = /[[\p{Default_Ignorable_Code_Point}\p{Cf}\uFEFF]--[\u202E]]/gv;

/** Marks that may stand around a word: quotes, brackets, emphasis, the punctuation of sentences, bullets. */
const AROUND = /[\p{Pi}\p{Pf}\p{Ps}\p{Pe}"'`´ˋˊʹʺʻʼ′″‵‶〝〞〟❛❜❝❞<>*_.,;:!?…¡¿·•‣▪◦。、]/u;

const trimmed = (word: string): string => {
  const characters = Array.from(word);
  let [start, end] = [0, characters.length];
  while (start < end && AROUND.test(characters[start] ?? '')) start += 1;
  while (end > start && AROUND.test(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
};

/** Clients with smart punctuation turn -- into a dash. */
const SMART_DASH = /^[\u2013\u2014]+(?=[^\s\u2013\u2014])-?/;

const isWord = (word: string): boolean => word !== '';

const MARKS_ALONE = /^[\s.,;:!?…/>-]*$/;
