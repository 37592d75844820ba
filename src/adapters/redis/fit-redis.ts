import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { OpenRedis } from './index.ts';

const AGAIN_MS = 1_000;
/** One that takes longer than this for a few questions makes people wait. */
const SLOW_MS = 800;

/**
 * Waits for a Redis that can be used; resolves with what waiting does not mend, one sentence each, or with nothing. What is waited for is logged when it
 * changes, and what could not be asked once. Rejects with the signal's reason.
 */
export const waitForRedis = async (
  redis: Pick<OpenRedis, 'examine'>,
  {
    requirePersistence,
    clock,
    log,
    signal,
  }: { readonly requirePersistence: boolean; readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<string[]> => {
  let told = '';
  for (;;) {
    signal.throwIfAborted();
    const { faults, unknown, tookMs } = await redis.examine({ requirePersistence });
    const settings = faults.filter(({ kind }) => kind === 'setting').map(({ text }) => text);
    if (settings.length > 0) return settings;
    if (faults.length === 0) {
      for (const reason of unknown) log.warn({ reason }, 'redis cannot be looked at wholly');
      if (tookMs > SLOW_MS) log.warn({ tookMs: Math.round(tookMs) }, 'redis is slow');
      if (told !== '') log.info({}, 'redis is fit now');
      return [];
    }
    const reason = faults.map(({ text }) => text).join('; ');
    if (reason !== told) log.warn({ reason }, 'waiting for redis');
    told = reason;
    await clock.sleep(AGAIN_MS, signal);
  }
};
