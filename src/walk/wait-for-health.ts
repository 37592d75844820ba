import type { Verdict } from '../domain/finding.ts';
import { LeavingError, ProblemError } from '../domain/problem.ts';
import type { Step } from '../steps/context.ts';
import type { ApplyScope } from './apply-scope.ts';
import type { Dependency } from './clients/recording-client.ts';
import { backOffMs, isRefusal, REFUSED_MS } from './retrying.ts';
import { problemsOf } from './problems-of.ts';
import { stepContext } from './step-contexts.ts';
import { watchSet, type WatchSet } from './watch-set.ts';
import { plainText } from '../domain/text.ts';

/** Evidence that can neither be watched (any more) nor declares its own interval is looked at again after this. */
const UNWATCHED_MS = 5_000;

/** So many looks may follow each other as fast as changes come; then each is this much later, until changes come more slowly than that. */
const FAST_LOOKS = 20;
const PACED_MS = 500;

/**
 * Asks verify again after each change of what it read, after recheckEveryMs where it says so, and a last time at the deadline: verifyTimeoutMs,
 * the verdict's own patienceMs, or soon after another step failed. Resolves with the healthy verdict, a final one, or the last before the deadline. Rejects with the signal's reason or a bug.
 */
export const waitForHealth = async (step: Step, scope: ApplyScope, onWaiting: () => void): Promise<Verdict> => {
  const watches = watchSet(scope.tools.signal);
  try {
    return await healthOf(step, scope, onWaiting, watches);
  } finally {
    watches.close();
  }
};

const healthOf = async (step: Step, scope: ApplyScope, onWaiting: () => void, watches: WatchSet): Promise<Verdict> => {
  const { tools, progress, failed } = scope;
  const startedMs = tools.clock.monotonicMs();
  let failures = 0;
  let fast = 0;
  let refusedSinceMs: number | undefined;
  for (;;) {
    tools.signal.throwIfAborted();
    watches.mark();
    const dependencies: Dependency[] = [];
    const asked = await ask(step, scope, dependencies);
    if (asked.verdict.replication !== undefined) progress.replication(asked.verdict.replication);
    if (asked.verdict.healthy || asked.verdict.final === true) return asked.verdict;
    const nowMs = tools.clock.monotonicMs();
    refusedSinceMs = asked.refused ? (refusedSinceMs ?? nowMs) : undefined;
    if (refusedSinceMs !== undefined && nowMs - refusedSinceMs >= REFUSED_MS) return { ...asked.verdict, final: true };
    const patienceMs = Math.min(step.verifyTimeoutMs, asked.verdict.patienceMs ?? Infinity);
    const leftMs = Math.min(startedMs + patienceMs, failed.untilMs()) - nowMs;
    if (leftMs <= 0) return asked.verdict;
    failures = asked.threw ? failures + 1 : 0;
    onWaiting();
    progress.waiting(step.id, asked.threw ? `attempt ${failures + 1}: ${asked.verdict.waitingFor}` : asked.verdict.waitingFor);
    const recheckMs = asked.threw ? backOffMs(failures, tools.random) : (asked.verdict.recheckEveryMs ?? Infinity);
    watches.follow(dependencies);
    const waitedFromMs = tools.clock.monotonicMs();
    await firstChange(watches, Math.min(leftMs, recheckMs), scope);
    // Somebody who changes an object without end would be looked at without end.
    fast = tools.clock.monotonicMs() - waitedFromMs < PACED_MS ? fast + 1 : 0;
    if (fast > FAST_LOOKS) await tools.clock.sleep(Math.min(PACED_MS, leftMs), tools.signal);
  }
};

interface Asked {
  readonly verdict: Verdict;
  readonly threw: boolean;
  /** A missing permission does not come by itself, but is believed only after a while; other refusals (a webhook not yet ready) may end. */
  readonly refused: boolean;
}

const ask = async (step: Step, { tools, clients }: ApplyScope, dependencies: Dependency[]): Promise<Asked> => {
  const record = (dependency: Dependency): void => void dependencies.push(dependency);
  try {
    return { verdict: await step.verify(stepContext(tools, clients.recording(record))), threw: false, refused: false };
  } catch (error) {
    tools.signal.throwIfAborted();
    const [problem] = problemsOf(error, step, { underWay: true }) ?? [];
    if (problem === undefined) throw error;
    const waitingFor = error instanceof Error ? error.message : plainText(problem.what);
    return {
      verdict: { healthy: false, waitingFor, problem, final: error instanceof ProblemError && !(error instanceof LeavingError) },
      threw: true,
      refused: isRefusal(error),
    };
  }
};

/** Resolves at the first change of what is watched, or after the time. Rejects with the signal's reason. */
const firstChange = async (watches: WatchSet, withinMs: number, scope: ApplyScope): Promise<void> => {
  const { clock, signal } = scope.tools;
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const { promise: changed, resolve: wake } = Promise.withResolvers<void>();
  if (!scope.failed.signal.aborted) scope.failed.signal.addEventListener('abort', () => wake(), { once: true, signal: ended.signal });
  void watches
    .next()
    .then((outcome) => (outcome === 'changed' ? undefined : clock.sleep(UNWATCHED_MS, both)))
    .then(wake, () => undefined);
  try {
    await Promise.race([changed, clock.sleep(withinMs, both)]);
    signal.throwIfAborted();
  } finally {
    ended.abort(new Error('a change came'));
  }
};
