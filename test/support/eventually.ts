import { TestRunner, vi } from 'vitest';
import { PARTS } from './limits.ts';

/** So much earlier than the runner's limit, milliseconds, that what was waited for is told and not only that the time is over. */
const TELLING_MS = 10_000;

/** What is left of the runner's limit for the running test, or for a hook, milliseconds; never less than one turn. */
export const patienceMs = (): number => {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) return PARTS.hookTimeout - TELLING_MS;
  const startedAt = test.result?.startTime ?? Date.now();
  return Math.max(1, startedAt + test.timeout - TELLING_MS - Date.now());
};

/** What `condition` returns once it does not throw: asked at once and again, as long as the runner lets the test go on; then throws what `condition` threw last. */
export const eventually = <T>(condition: () => T | Promise<T>, { everyMs = 20 }: { readonly everyMs?: number } = {}): Promise<T> =>
  vi.waitFor(condition, { timeout: patienceMs(), interval: everyMs });
