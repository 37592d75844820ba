import { webApi } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';

/** Sleeps so long; throws WebAPIRateLimitedError at once when that would end after `endMs` of the clock that only grows. */
export const sleepUntil = async (clock: Pick<Clock, 'monotonicMs' | 'sleep'>, waitMs: number, endMs: number): Promise<void> => {
  if (clock.monotonicMs() + waitMs >= endMs) throw new webApi.WebAPIRateLimitedError(waitMs / 1_000);
  await clock.sleep(waitMs);
};
