import type { Clock } from '../../ports/clock.ts';
import { ApiError } from '../../kube-api/api-server.ts';
import { DryRunFailedError } from '../../ports/cluster-errors.ts';
import { unreachableWebhook } from '../../domain/unreachable-webhook.ts';
import { failureOf, isAboutTheObject, type Activity } from './failures.ts';

/** Bounds of the calls of one client. */
export interface Limits {
  /**
   * Ends the calls with its reason. Who gives one also ends with it what takes too long (a walk does, by its own clock): there is no time-out
   * here then.
   */
  readonly signal?: AbortSignal;
  /** Of one call with all its attempts; default 15 s. Beside a signal it only tells which pauses still fit. */
  readonly timeoutMs?: number;
}

/** What attempts need of the outside. */
interface Repeating {
  /** In [0, 1), spreads attempts. */
  readonly random: () => number;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
}

export interface Calls {
  readonly limits: Limits;
  /**
   * Runs a request, up to 3 times in all: again after network errors and 5xx where `repeatable`, and after 429 always (the server did nothing),
   * while the pause fits in the call's time. Throws the errors of the port, or the reason of the caller's signal.
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
/**
 * Of one call. They carry it over what passes in a second or two and nobody needs to read of: a kept connection that the server closed, a change
 * of leader, throttling. A plan and a verify have no others. An apply also repeats the whole step (walk/retrying.ts), slowly, in sight of people and
 * until the step's deadline, for what lasts: an API server that restarts. So few here, for there they multiply; test/walk/requests.test.ts counts them.
 */
const ATTEMPTS = 3;
/** The second pause is four times as long; each is half to one and a half of that. */
const FIRST_PAUSE_MS = 250;
/** Longest Retry-After that is waited out inside a call. */
const LONGEST_PAUSE_MS = 10_000;

export const callsWithin = (limits: Limits, { random, clock }: Repeating): Calls => ({
  limits,
  async run(activity, { repeatable, timeoutMs = limits.timeoutMs ?? DEFAULT_TIMEOUT_MS }, request) {
    const time = limits.signal === undefined ? AbortSignal.timeout(timeoutMs) : undefined;
    const signal = limits.signal ?? time!;
    const endMs = clock.monotonicMs() + timeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      limits.signal?.throwIfAborted();
      try {
        return await request({ signal, timeoutMs: time === undefined ? Infinity : timeoutMs });
      } catch (error) {
        limits.signal?.throwIfAborted();
        if (time?.aborted === true) throw silenceOf(activity, `no answer within ${timeoutMs / 1000} s`);
        const pauseMs = attempt < ATTEMPTS ? pauseAfter(error, repeatable, attempt, random) : undefined;
        // What the server said is told now, not hidden behind a time-out.
        if (pauseMs === undefined || clock.monotonicMs() + pauseMs >= endMs) throw failureOf(error, activity);
        await clock.sleep(pauseMs, signal).catch(() => undefined);
      }
    }
  },
});

const silenceOf = (activity: Activity, obstacle: string): Error =>
  activity.planning === true ? new DryRunFailedError(activity.cluster, activity.text, obstacle) : failureOf(new Error(obstacle), activity);

/** Milliseconds until the next attempt, undefined when there is to be none. */
const pauseAfter = (error: unknown, repeatable: boolean, attempt: number, random: () => number): number | undefined => {
  const jittered = FIRST_PAUSE_MS * 4 ** (attempt - 1) * (0.5 + random());
  if (!(error instanceof ApiError)) return repeatable && isNetworkError(error) ? jittered : undefined;
  const { code, message } = error.status;
  const again = code === 429 || (repeatable && code >= 500 && unreachableWebhook(message) === undefined && !isAboutTheObject(message));
  if (!again) return undefined;
  if (error.retryAfterMs === undefined) return jittered;
  return error.retryAfterMs <= LONGEST_PAUSE_MS ? error.retryAfterMs * (1 + random() / 10) : undefined;
};

const isNetworkError = (error: unknown): boolean => error instanceof Error && ('code' in error || error.cause !== undefined);
