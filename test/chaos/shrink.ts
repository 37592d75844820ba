import type { Fault } from './faults.ts';
import type { Played } from './play.ts';

/** Of what is broken, the name of the promise. */
const promiseOf = (violation: string): string => violation.split(':')[0] ?? '';

/**
 * The shortest list of faults that breaks one of the same promises: one fault after the other is left out as long as that goes on, then each lasts
 * shorter. A list without faults is a shortest one too.
 */
export const shortest = async (first: Played, replay: (faults: readonly Fault[]) => Promise<Played>): Promise<Played> => {
  const promises = new Set(first.violations.map(promiseOf));
  const isSame = ({ violations }: Played): boolean => violations.some((violation) => promises.has(promiseOf(violation)));
  let least = first;
  // What befell nothing goes first, all at once.
  const planted = first.faults.filter((fault) => first.planted.includes(fault));
  if (planted.length < first.faults.length) {
    const without = await replay(planted);
    if (isSame(without)) least = without;
  }
  for (let at = 0; at < least.faults.length;) {
    const shorter = await replay(least.faults.filter((_, index) => index !== at));
    if (isSame(shorter)) {
      least = shorter;
      at = 0;
    } else at += 1;
  }
  return least;
};
