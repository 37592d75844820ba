import { cut } from './cut.ts';
import { code, phrase, type Phrase } from './text.ts';

/** Of a word that somebody typed, so much is shown again. */
const SHOWN = 60;

/** A word that somebody typed, as code: nothing in it is looked at. */
export const quoted = (word: string): Phrase => code(cut(word, SHOWN));

export const didYouMean = (candidate: string | undefined): Phrase | '' => (candidate === undefined ? '' : phrase` Did you mean \`${candidate}\`?`);

/** Order of texts of others: that of a language takes a hundred times as long where they are long, and none of theirs is meant. */
export const byLetters = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
