import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { OpenRedis } from './index.ts';

const AGAIN_MS = 1_000;

/** Waits until Redis answers, then resolves with what keeps it from being used. Rejects with the signal's reason. */
export const waitForRedis = async (
  redis: Pick<OpenRedis, 'faults'>,
  {
    requirePersistence,
    clock,
    log,
    signal,
  }: { readonly requirePersistence: boolean; readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<string[]> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await redis.faults({ requirePersistence });
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === 1) log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'waiting for redis');
      await clock.sleep(AGAIN_MS, signal);
    }
  }
};
