import { randomInt } from 'node:crypto';
import type { Clock, Random } from '../../ports/clock.ts';

/** Longest time that a timer of Node takes. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  // Not the promise of node:timers, which makes an AbortError with a stack for every sleep that is cut short, and nearly all are.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(ms, LONGEST_MS),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** Without what people misread: i l o u 0 1. */
const LETTERS = 'abcdefghjkmnpqrstvwxyz23456789';

export const systemRandom: Random = {
  number: () => Math.random(),
  id: (length) => Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join(''),
};
