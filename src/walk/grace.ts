import type { Clock } from '../ports/clock.ts';

/** What may go on for a while after the walk was ended from outside, and for how long. */
interface Grace {
  readonly clock: Clock;
  readonly graceMs: number;
  /** True for an end that leaves time; any other ends the work at once. */
  readonly leavesTime: (reason: unknown) => boolean;
  /** Aborted when nothing needs the time any more. */
  readonly done: AbortSignal;
}

/** Aborts with the walk's reason: graceMs after an end that leaves time, together with the walk after any other. */
export const graceAfter = (walk: AbortSignal, { clock, graceMs, leavesTime, done }: Grace): AbortSignal => {
  const grace = new AbortController();
  const onEnd = (): void => {
    if (!leavesTime(walk.reason)) return grace.abort(walk.reason);
    clock.sleep(graceMs, done).then(
      () => grace.abort(walk.reason),
      () => undefined,
    );
  };
  if (walk.aborted) onEnd();
  else walk.addEventListener('abort', onEnd, { once: true, signal: done });
  return grace.signal;
};
