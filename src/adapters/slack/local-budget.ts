import { restAfterMs, type CallBudget } from '../../ports/call-budget.ts';
import type { Clock } from '../../ports/clock.ts';

interface Kept {
  passed: number[];
  restUntilMs: number;
  failures: number;
}

/** The budget of one process alone: what it keeps to while nobody else can be asked. */
export const localBudget = (clock: Pick<Clock, 'monotonicMs'>): CallBudget => {
  const kept = new Map<string, Kept>();
  const of = (key: string): Kept => {
    const found = kept.get(key) ?? { passed: [], restUntilMs: 0, failures: 0 };
    kept.set(key, found);
    return found;
  };
  return {
    async take({ key, most, windowMs }) {
      const now = clock.monotonicMs();
      const call = of(key);
      if (call.restUntilMs > now) return call.restUntilMs - now;
      call.passed = call.passed.filter((at) => at > now - windowMs);
      const blocking = call.passed.at(-most);
      if (blocking !== undefined) return Math.max(1, blocking + windowMs - now);
      call.passed.push(now);
      if (call.failures > 0) call.restUntilMs = now + restAfterMs(call.failures);
      return 0;
    },
    async settle({ key }, end) {
      const call = of(key);
      const now = clock.monotonicMs();
      call.failures = end.kind === 'unknown' ? call.failures + 1 : 0;
      if (end.kind === 'answered') call.restUntilMs = 0;
      else call.restUntilMs = now + (end.kind === 'unknown' ? restAfterMs(call.failures) : end.retryAfterMs);
    },
  };
};

/** Lets every call pass. */
export const unlimitedBudget: CallBudget = { take: async () => 0, settle: async () => undefined };
