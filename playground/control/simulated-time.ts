/** Time of the stand-ins: real delays divided by the speed. One for a fleet, so that all of it goes at one pace. */
export interface SimulatedTime {
  readonly speed: number;
  /** Waits `ms` of simulated time; resolves false when the signal ended it. */
  after(ms: number, signal: AbortSignal): Promise<boolean>;
  /** Simulated milliseconds between two dates of the wall clock, without what this process was kept from; never negative. */
  between(from: Date, to: Date): number;
}

/** Real milliseconds between two turns of the clock. */
const TURN_MS = 10;
/** What one turn counts at most: the rest of a longer one was the machine's, or that of work which kept the process. */
const LONGEST_TURN_MS = 25;
/** Gaps that are remembered; older ones do not matter to what a fleet reckons with. */
const REMEMBERED_GAPS = 1_000;

interface Waiting {
  readonly dueMs: number;
  over(passed: boolean): void;
}

/**
 * It can wait: a turn of the event loop that comes late counts no more than a turn, so that a process that got no turns does not find at once that
 * grace periods and back-offs have passed in which it, and what it started, could do nothing.
 */
export const simulatedTime = (speed: number): SimulatedTime => {
  const waiting = new Set<Waiting>();
  const gaps: { readonly at: number; readonly lostMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let wakesAtMs = Infinity;
  let elapsedMs = 0;
  let readAtMs = performance.now();

  const advance = (): void => {
    const nowMs = performance.now();
    const gapMs = nowMs - readAtMs;
    // While nobody waits there are no turns that could come late.
    const countedMs = timer === undefined ? gapMs : Math.min(gapMs, LONGEST_TURN_MS);
    if (countedMs < gapMs) gaps.push({ at: Date.now(), lostMs: gapMs - countedMs });
    if (gaps.length > REMEMBERED_GAPS) gaps.shift();
    elapsedMs += countedMs;
    readAtMs = nowMs;
  };
  const arm = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const leftMs = Math.min(...[...waiting].map(({ dueMs }) => dueMs)) - elapsedMs;
    const turnMs = Math.max(0, Math.min(TURN_MS, leftMs));
    wakesAtMs = elapsedMs + turnMs;
    timer = setTimeout(turn, turnMs);
  };
  const turn = (): void => {
    advance();
    for (const one of [...waiting].filter(({ dueMs }) => dueMs <= elapsedMs).toSorted((a, b) => a.dueMs - b.dueMs)) one.over(true);
    arm();
  };

  return {
    speed,
    after: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(false);
        advance();
        const one: Waiting = {
          dueMs: elapsedMs + ms / speed,
          over(passed) {
            waiting.delete(one);
            signal.removeEventListener('abort', ended);
            resolve(passed);
          },
        };
        const ended = (): void => {
          one.over(false);
          if (waiting.size === 0) arm();
        };
        signal.addEventListener('abort', ended, { once: true });
        waiting.add(one);
        if (timer === undefined || one.dueMs < wakesAtMs) arm();
      }),
    between(from, to) {
      const lostMs = gaps.filter(({ at }) => at > from.getTime() && at <= to.getTime()).reduce((sum, gap) => sum + gap.lostMs, 0);
      return Math.max(0, to.getTime() - from.getTime() - lostMs) * speed;
    },
  };
};
