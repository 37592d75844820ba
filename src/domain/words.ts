import { distance } from 'fastest-levenshtein';

/** A word that somebody typed, as code: nothing in it is looked at. */
export const quoted = (word: string): string => `\`${word.replaceAll('`', "'").slice(0, 60)}\``;

/** The candidate that was probably meant: a third of its letters may differ. */
export const nearestTo = (word: string, candidates: readonly string[]): string | undefined =>
  candidates
    .map((candidate) => ({ candidate, apart: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, apart }) => apart <= Math.max(1, Math.ceil(candidate.length / 3)))
    .toSorted((a, b) => a.apart - b.apart)[0]?.candidate;

export const didYouMean = (candidate: string | undefined): string => (candidate === undefined ? '' : ` Did you mean \`${candidate}\`?`);
