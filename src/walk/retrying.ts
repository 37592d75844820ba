import { NotYetError, TransientError } from '../domain/problem.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { ClusterRefusedError, ClusterUnreachableError, DryRunFailedError, WebhookNotYetError, WebhookSilentError } from '../ports/cluster-errors.ts';

/**
 * Of a step, at what passes by itself and no call repeats, a conflict for example; people see 'attempt 2 of 5'. What a call repeats
 * (adapters/kubernetes/calls.ts: connections, 429, 5xx) is tried again here only in an apply, and by time: so an API server is waited for that
 * restarts, which takes longer than a call may. By time, too, a webhook that is away: a controller reads a new certificate of its webhook after a minute
 * or two only.
 */
export const ATTEMPTS = 5;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;

/** An API server that has just started refuses its ServiceAccounts for some seconds (seen with Kubernetes 1.35). */
export const REFUSED_MS = 20_000;

/** A missing permission, or credentials that are not taken. */
export const isRefusal = (error: unknown): boolean => error instanceof ClusterRefusedError && (error.code === 401 || error.code === 403);

interface Retrying {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** On the monotonic clock: a cluster that does not answer, and what is not there yet, is asked for again until then, however often; one that refuses for 20 s. */
  readonly deadlineMs: (error: unknown) => number;
  /** Told before each further attempt. */
  readonly onAttempt: (attempt: number, error: Error) => void;
}

/** Tries again with back-off where that may help; throws the last error, or the signal's reason. */
export const retrying = async <T>(work: () => Promise<T>, { clock, random, signal, deadlineMs, onAttempt }: Retrying): Promise<T> => {
  const refusedUntilMs = clock.monotonicMs() + REFUSED_MS;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const untilMs = isRefusal(error) ? Math.min(deadlineMs(error), refusedUntilMs) : deadlineMs(error);
      if (!mayHelp(error, attempt, clock.monotonicMs() < untilMs)) throw error;
      onAttempt(attempt + 1, error);
      await clock.sleep(backOffMs(attempt, random), signal);
    }
  }
};

/** Its pod comes back, or reads its certificate. */
export const isWebhookAway = (error: unknown): boolean => error instanceof WebhookSilentError || error instanceof WebhookNotYetError;

/** What is asked for again by time, however often: it says nothing about the step. */
export const isAwaited = (error: unknown): boolean =>
  error instanceof ClusterUnreachableError || error instanceof DryRunFailedError || error instanceof NotYetError || isWebhookAway(error);

const mayHelp = (error: unknown, attempt: number, inTime: boolean): error is Error => {
  if (isAwaited(error) || isRefusal(error)) return inTime;
  return error instanceof TransientError && attempt < ATTEMPTS;
};

/** Doubles from half a second to eight, each shortened by up to a half so that walks do not knock together. */
export const backOffMs = (attempt: number, random: Random): number =>
  Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)) * (1 - random.number() / 2);
