import type { Clock } from '../../src/ports/clock.ts';

/** Minutes pass in milliseconds, and always alike: time stands still while something real is under way, and leaps to the next sleeper when not. */
export interface LeapingClock extends Clock {
  /** Holds the time still until the work is done. */
  during<T>(work: Promise<T>): Promise<T>;
  /** For pauses inside such work. */
  readonly within: Pick<Clock, 'monotonicMs' | 'sleep'>;
  /** Leaps until the walk ends, and ends as it does. */
  run<T>(walk: Promise<T>): Promise<T>;
}

export const leapingClock = (start = '2026-11-22T14:00:00.000Z'): LeapingClock => {
  let passedMs = 0;
  let underWay = 0;
  let sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  const sleep: Clock['sleep'] = (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const sleeper = { untilMs: passedMs + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  const leap = (): void => {
    const next = sleepers.toSorted((a, b) => a.untilMs - b.untilMs)[0];
    if (underWay > 0 || next === undefined) return;
    passedMs = Math.max(passedMs, next.untilMs);
    sleepers = sleepers.filter((other) => other !== next);
    next.wake();
  };
  return {
    now: () => new Date(Date.parse(start) + passedMs),
    monotonicMs: () => passedMs,
    sleep,
    async during(work) {
      underWay += 1;
      return work.finally(() => (underWay -= 1));
    },
    within: {
      monotonicMs: () => passedMs,
      async sleep(ms, signal) {
        underWay -= 1;
        await sleep(ms, signal).finally(() => (underWay += 1));
      },
    },
    async run(walk) {
      const ended = new AbortController();
      const end = (): void => ended.abort();
      walk.then(end, end);
      while (!ended.signal.aborted) {
        for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
        leap();
      }
      return walk;
    },
  };
};
