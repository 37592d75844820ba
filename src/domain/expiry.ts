import type { Problem } from './problem.ts';
import { told, type Text } from './text.ts';

const DAY_MS = 86_400_000;
/** Days before the end at which it is told, each once. */
const TOLD_AT_DAYS = [1, 7, 30] as const;

/** Something that somebody has to renew. */
export interface Expiring {
  /** Tells it from all others: licence, client-certificate-tokyo. */
  readonly key: string;
  /** 'The KubeDB licence'. */
  readonly what: string;
  readonly cluster: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** What happens then, as a sentence. */
  readonly consequence: string;
  readonly remedy: Text;
}

/**
 * What is to be told of it now, with an id for each end and each of the days at which it is told; undefined: nothing yet. What lives for so few days that it
 * would be told for half of its life is renewed by whoever made it so.
 */
export const endingSoon = (
  { key, what, notBefore, notAfter, consequence, remedy }: Expiring,
  now: Date,
): { readonly id: string; readonly problem: Problem } | undefined => {
  const leftMs = notAfter.getTime() - now.getTime();
  const lifeMs = notAfter.getTime() - notBefore.getTime();
  const days = TOLD_AT_DAYS.find((limit) => leftMs <= limit * DAY_MS);
  if (days === undefined || lifeMs < 2 * days * DAY_MS) return undefined;
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

const daysText = (ms: number): string => {
  const days = Math.floor(ms / DAY_MS);
  return days < 1 ? 'less than a day' : `${days} day${days === 1 ? '' : 's'}`;
};
