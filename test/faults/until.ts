import { systemClock } from '../../src/adapters/system/clock.ts';

const LOOK_MS = 25;

/** What `look` finds, once it finds something; rejects with the last `why` after `patienceMs`. */
export const until = async <T>(what: string, patienceMs: number, look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endMs) throw new Error(`waited ${Math.round(patienceMs / 1000)} s in vain: ${what}`);
    await systemClock.sleep(LOOK_MS);
  }
};
