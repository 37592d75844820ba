import { setTimeout as delay } from 'node:timers/promises';

interface WorkQueue {
  /** Asks for one more pass over the key; asked again while one is under way, another follows. */
  add(key: string): void;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** One pass per key at a time; a pass that throws is repeated with a growing delay (real time: it is about errors, not about the simulated world). */
export const workQueue = (
  pass: (key: string) => Promise<void>,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError?: (error: unknown, key: string) => void },
): WorkQueue => {
  const dirty = new Set<string>();
  const busy = new Set<string>();
  const drain = async (key: string): Promise<void> => {
    busy.add(key);
    let failures = 0;
    while (dirty.delete(key) && !signal.aborted) {
      try {
        await pass(key);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        onError?.(error, key);
        dirty.add(key);
        await delay(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures), undefined, { signal }).catch(() => undefined);
        failures += 1;
      }
    }
    busy.delete(key);
  };
  return {
    add(key) {
      dirty.add(key);
      if (!busy.has(key)) void drain(key);
    },
  };
};
