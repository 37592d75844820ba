import type { Clock, Random } from '../../src/ports/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on and wakes whoever slept so long; resolves when they ran. */
  advance(ms: number): Promise<void>;
  /** Resolves when somebody sleeps for at least so long, and goes on to: the time-out of a call that is answered at once is none. */
  sleeper(atLeastMs?: number): Promise<void>;
}

/** A clock that stands still until it is moved. */
export const manualClock = (start = '2026-11-22T14:00:00.000Z'): ManualClock => {
  const startMs = Date.parse(start);
  let passedMs = 0;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  let watchers: { readonly atLeastMs: number; readonly resolve: () => void }[] = [];
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  const longEnough = (atLeastMs: number): boolean => sleepers.some(({ until }) => until - passedMs >= atLeastMs);
  return {
    now: () => new Date(startMs + passedMs),
    monotonicMs: () => passedMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper = { until: passedMs + ms, wake: resolve };
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.push(sleeper);
        watchers = watchers.filter((watcher) => {
          if (!longEnough(watcher.atLeastMs)) return true;
          watcher.resolve();
          return false;
        });
      });
    },
    async advance(ms) {
      await settle();
      const end = passedMs + ms;
      for (;;) {
        const next = sleepers.filter(({ until }) => until <= end).toSorted((a, b) => a.until - b.until)[0];
        if (next === undefined) break;
        passedMs = Math.max(passedMs, next.until);
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
        await settle();
      }
      passedMs = end;
      await settle();
    },
    async sleeper(atLeastMs = 0) {
      for (;;) {
        await settle();
        if (longEnough(atLeastMs)) return;
        await new Promise<void>((resolve) => void watchers.push({ atLeastMs, resolve }));
      }
    },
  };
};

/** Always the middle; ids count up. */
export const steadyRandom = (): Random => {
  let count = 0;
  return { number: () => 0.5, id: (length) => String((count += 1)).padStart(length, '0') };
};
