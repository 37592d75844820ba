import type { Clock } from './clock.ts';

/** Slack's patience with an app. */
export const defaultAckTimeoutMs = 3000;

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the app answered first');

/** What `work` resolves to, or 'timeout' when the clock gets to `ms` first, or when `closing` ends the wait. */
export const within = async <T>(clock: Clock, ms: number, closing: AbortSignal, work: Promise<T>): Promise<T | 'timeout'> => {
  const stop = new AbortController();
  const over = clock.sleep(ms, AbortSignal.any([stop.signal, closing])).then(
    () => 'timeout' as const,
    () => 'timeout' as const,
  );
  try {
    return await Promise.race([work, over]);
  } finally {
    stop.abort(OVER);
  }
};
