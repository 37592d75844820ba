import type { Problem } from './problem.ts';
import { plainText, told, type Text } from './text.ts';

const DAY_MS = 86_400_000;
/** Days before the end at which it is told, each once. */
const TOLD_AT_DAYS = [30, 7, 1] as const;

/** Something that somebody has to renew. */
export interface Expiring {
  /** Tells it from all others: licence, client-certificate-tokyo. */
  readonly key: string;
  /** 'The KubeDB licence'. */
  readonly what: string;
  readonly cluster: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Days before the end at which it is told; default: 30, 7 and 1. */
  readonly toldAtDays?: readonly number[];
  /** Of what renews itself the share of its life that is left when that failed: before, nothing is told. */
  readonly renewedAt?: number;
  /** What happens then, as a sentence. */
  readonly consequence: string;
  readonly remedy: Text;
}

/**
 * What is to be told of it now, with an id for each end and each of the days at which it is told; undefined: nothing yet. What lives for so few days that it
 * would be told for half of its life is renewed by whoever made it so.
 */
export const endingSoon = (
  { key, what, notBefore, notAfter, toldAtDays = TOLD_AT_DAYS, renewedAt = 1, consequence, remedy }: Expiring,
  now: Date,
): { readonly id: string; readonly problem: Problem } | undefined => {
  const leftMs = notAfter.getTime() - now.getTime();
  const lifeMs = notAfter.getTime() - notBefore.getTime();
  const days = toldAtDays.findLast((limit) => leftMs <= limit * DAY_MS);
  if (days === undefined || lifeMs < 2 * days * DAY_MS || leftMs > renewedAt * lifeMs) return undefined;
  return {
    id: `ends-${key}-${notAfter.getTime().toString(36)}-${days}`,
    problem: {
      code: 'PGD-093',
      what: told`${what} ${leftMs <= 0 ? 'has ended' : `ends in ${daysText(leftMs)}`}`,
      evidence: [`valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}; ${consequence}`],
      remedy,
    },
  };
};

/** The same as a word beside what is healthy. */
export const endingWarning = (thing: Expiring | undefined, now: Date): string[] => {
  const ending = thing === undefined ? undefined : endingSoon(thing, now);
  return ending === undefined ? [] : [[plainText(ending.problem.what), ...ending.problem.evidence, plainText(ending.problem.remedy)].join('; ')];
};

const daysText = (ms: number): string => {
  const days = Math.floor(ms / DAY_MS);
  return days < 1 ? 'less than a day' : `${days} day${days === 1 ? '' : 's'}`;
};
