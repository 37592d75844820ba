/** How late this process was of late, so that what it holds may be held for longer: a machine without turns to give is no reason to lose it. */
export interface Slowness {
  /** Milliseconds by which something came later than it was due, or for which an answer was waited. */
  seen(ms: number): void;
  /** The most of late, milliseconds, 2 s at most; half of it is forgotten each half minute. */
  lateMs(): number;
}

const HALF_FORGOTTEN_MS = 30_000;
/** A freeze is over once it is seen. */
const MOST_MS = 2_000;

export const slowness = (monotonicMs: () => number): Slowness => {
  let mostMs = 0;
  let atMs = monotonicMs();
  const lateMs = (): number => mostMs * 0.5 ** ((monotonicMs() - atMs) / HALF_FORGOTTEN_MS);
  return {
    seen(ms) {
      const before = lateMs();
      if (ms < before) return;
      mostMs = Math.min(MOST_MS, ms);
      atMs = monotonicMs();
    },
    lateMs,
  };
};
