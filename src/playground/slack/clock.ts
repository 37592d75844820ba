import { setTimeout as sleep } from 'node:timers/promises';

/** Time, passed in so that tests own it. */
export interface Clock {
  now(): Date;
  /** Resolves after ms, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
};
