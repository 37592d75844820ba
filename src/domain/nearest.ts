import { distance } from 'fastest-levenshtein';

/** No name of ours is longer; measuring a longer word would take long for nothing. */
const LONGEST = 100;

/** The candidate that was probably meant: a third of its letters may differ. */
export const nearestTo = (word: string, candidates: readonly string[]): string | undefined => {
  if (word.length > LONGEST) return undefined;
  return candidates
    .map((candidate) => ({ candidate, apart: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, apart }) => apart <= Math.max(1, Math.ceil(candidate.length / 3)))
    .toSorted((a, b) => a.apart - b.apart)[0]?.candidate;
};
