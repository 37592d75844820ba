import type { Clock } from '../../ports/clock.ts';

/** Leaves half a second of Slack's three (LIMITS.ackMs) for the way back. */
const ANSWER_WITHIN_MS = 2_500;

/** What came of work that somebody waits for: done in time, or still under way. */
type InTime<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'late'; readonly rest: Promise<T> };

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the work ended first');

export const inTime = async <T>(work: Promise<T>, clock: Clock, ms: number = ANSWER_WITHIN_MS): Promise<InTime<T>> => {
  const timer = new AbortController();
  try {
    return await Promise.race([
      work.then((value) => ({ kind: 'done' as const, value })),
      clock.sleep(ms, timer.signal).then(() => ({ kind: 'late' as const, rest: work })),
    ]);
  } finally {
    timer.abort(OVER);
  }
};
