import { simulatedTime } from '../../playground/control/simulated-time.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** pgdist's clock at the pace of the stand-ins: what it gives three minutes it gives three of theirs. Dates stay those of the wall, which the objects carry. */
export const scaledClock = (speed: number): Clock => {
  const time = simulatedTime(speed);
  const started = performance.now();
  return {
    now: () => new Date(),
    monotonicMs: () => (performance.now() - started) * speed,
    async sleep(ms, signal) {
      const end = signal ?? new AbortController().signal;
      if (!(await time.after(ms, end))) throw end.reason as Error;
    },
  };
};
