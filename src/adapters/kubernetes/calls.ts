import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../../kube-api/api-server.ts';
import { failureOf, isAboutTheObject, unreachableWebhook, type Activity } from './failures.ts';

/** Bounds of the calls of one client. */
export interface Limits {
  /** Of one call with all its attempts; default 15 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Calls {
  readonly limits: Limits;
  /**
   * Runs a request, again after network errors, 429 and 5xx where `repeatable` (429 always: the server did nothing), until the call's time is up.
   * Throws the errors of the port, or the reason of the caller's signal.
   */
  run<T>(
    activity: Activity,
    options: CallOptions,
    request: (bounds: { readonly signal: AbortSignal; readonly timeoutMs: number }) => Promise<T>,
  ): Promise<T>;
}

export interface CallOptions {
  readonly repeatable: boolean;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
/** Longest Retry-After that is waited out inside a call. */
const LONGEST_PAUSE_MS = 10_000;

export const callsWithin = (limits: Limits, random: () => number, sleep = waitFor): Calls => ({
  limits,
  async run(activity, { repeatable, timeoutMs = limits.timeoutMs ?? DEFAULT_TIMEOUT_MS }, request) {
    const time = AbortSignal.timeout(timeoutMs);
    const signal = limits.signal === undefined ? time : AbortSignal.any([time, limits.signal]);
    for (let attempt = 1; ; attempt += 1) {
      try {
        limits.signal?.throwIfAborted();
        return await request({ signal, timeoutMs });
      } catch (error) {
        limits.signal?.throwIfAborted();
        if (time.aborted) throw failureOf(new Error(`no answer within ${timeoutMs / 1000} s`), activity);
        const pauseMs = attempt < ATTEMPTS ? pauseAfter(error, repeatable, attempt, random) : undefined;
        if (pauseMs === undefined) throw failureOf(error, activity);
        const inTime = await sleep(pauseMs, signal);
        if (!inTime) {
          limits.signal?.throwIfAborted();
          throw failureOf(error, activity);
        }
      }
    }
  },
});

/** Milliseconds until the next attempt, undefined when there is to be none. */
const pauseAfter = (error: unknown, repeatable: boolean, attempt: number, random: () => number): number | undefined => {
  const jittered = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random());
  if (!(error instanceof ApiError)) return repeatable && isNetworkError(error) ? jittered : undefined;
  const { code, message } = error.status;
  const again = code === 429 || (repeatable && code >= 500 && unreachableWebhook(message) === undefined && !isAboutTheObject(message));
  if (!again) return undefined;
  if (error.retryAfterMs === undefined) return jittered;
  return error.retryAfterMs <= LONGEST_PAUSE_MS ? error.retryAfterMs * (1 + random() / 10) : undefined;
};

const isNetworkError = (error: unknown): boolean => error instanceof Error && ('code' in error || error.cause !== undefined);

/** False when the signal ended the wait. */
const waitFor = async (ms: number, signal: AbortSignal): Promise<boolean> => {
  try {
    await delay(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
};
