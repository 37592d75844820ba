import type { DatabaseNow } from '../../../domain/database-now.ts';
import type { Standing } from '../../../domain/look.ts';
import { between, duration } from './time.ts';

const STANDINGS: Readonly<Record<Standing, string>> = {
  well: 'well',
  ill: 'needs a look',
  danger: 'DANGER',
  unknown: 'cannot be judged',
  absent: 'not deployed',
};

/** What was seen last, in a word or two. */
export const standingWords = ({ last }: Pick<DatabaseNow, 'last'>): string =>
  last === 'not-looked' ? 'not looked yet' : last === 'not-known' ? 'last look not known' : STANDINGS[last.standing];

/** How long ago that was, where somebody looked: '3 min ago'. `now` is an ISO instant. */
export const ageWords = ({ last }: Pick<DatabaseNow, 'last'>, now: string): string | undefined => {
  if (typeof last === 'string') return undefined;
  const ms = between(last.at, now);
  return `${ms < 60_000 ? duration(ms) : duration(Math.floor(ms / 60_000) * 60_000)} ago`;
};

/** As many names as fit, and how many more there are. */
export const namesUpTo = (names: readonly string[], length: number): string => {
  const whole = names.join(', ');
  if (whole.length <= length) return whole;
  for (let kept = names.length - 1; kept > 0; kept -= 1) {
    const some = `${names.slice(0, kept).join(', ')} and ${names.length - kept} more`;
    if (some.length <= length) return some;
  }
  return `${names.length} of them`;
};

export const clustersOf = ({ database }: Pick<DatabaseNow, 'database'>): string[] =>
  Object.entries(database.placement).flatMap(([cluster, replicas]) => (replicas.length === 0 ? [] : [cluster]));
