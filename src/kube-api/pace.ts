import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Time as this room needs it; passed in so that tests own it. */
export interface Pace {
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  /** Resolves after ms, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemPace: Pace = {
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};

/** Longest time for which a loop over foreign data holds the process, milliseconds. */
const TURN_MS = 20;

/** Lets others run when the last pause is some time ago: for loops over data that comes faster than it is worked on. */
export const breather = (): (() => Promise<void>) => {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < TURN_MS) return;
    await nextTurn();
    sinceMs = performance.now();
  };
};
