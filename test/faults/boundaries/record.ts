import { keyOf, type Boundary, type Killed, type Sentry, type Strike } from './boundary.ts';

/** Who is meant by the name of a process of the lab. */
export const killedOf = (process: string): Killed => (process === 'bot' ? 'bot' : 'worker');

/** Writes down each boundary when it is crossed for the first time, in the order in which that happens. */
export const recorder = (): { readonly boundaries: readonly Boundary[]; readonly sentry: Sentry } => {
  const boundaries: Boundary[] = [];
  const times = new Map<string, number>();
  return {
    boundaries,
    async sentry({ kind, name, process }, side) {
      if (side === 'before') {
        const of = killedOf(process);
        const nth = (times.get(keyOf({ kind, of, name })) ?? 0) + 1;
        times.set(keyOf({ kind, of, name }), nth);
        boundaries.push({ kind, of, name, nth });
      }
      return 'goes on';
    },
  };
};

/** Of what comes again and again only so many are boundaries of their own: the next ones find the deploy in the same state. Every write is. */
const MOST_ALIKE: Readonly<Record<Boundary['kind'], number>> = { write: Infinity, tool: Infinity, slack: 3, redis: 2, read: 1 };

export const worthKilling = (boundaries: readonly Boundary[]): readonly Boundary[] => boundaries.filter(({ kind, nth }) => nth <= MOST_ALIKE[kind]);

/** Both sides of each. */
export const strikesOf = (boundaries: readonly Boundary[]): readonly Strike[] =>
  boundaries.flatMap((boundary) => (['before', 'after'] as const).map((side) => ({ boundary, side })));
