import type { Verdict } from '../domain/finding.ts';
import { NotYetError, type Problem } from '../domain/problem.ts';
import type { Failure, StepOutcome } from '../domain/run.ts';
import type { ClusterClient } from '../ports/cluster.ts';
import { ClusterUnreachableError } from '../ports/cluster-errors.ts';
import type { ApplyContext, Step } from '../steps/context.ts';
import { CancelledError } from './aborts.ts';
import type { FirstFailure } from './first-failure.ts';
import { lookAgain } from './look-again.ts';
import { ATTEMPTS, retrying } from './retrying.ts';
import { waitForHealth } from './wait-for-health.ts';
import { problemsOf } from './walk-errors.ts';
import { readOnlyClient, stepContext, type ApplyTools, type Progress } from './walk-tools.ts';

export interface ApplyWalk {
  readonly tools: ApplyTools;
  readonly progress: Progress;
  readonly cluster: (name: string) => ClusterClient;
  /** As ApplyContext has it. */
  readonly afterCancel: (name: string) => ClusterClient;
  readonly failed: FirstFailure;
}

/** A cluster that goes away is waited for at least so long, also in steps that wait for nothing else: an API server that restarts needs most of it. */
const SHORTEST_PATIENCE_MS = 60_000;

/** check, apply if something is missing, watch until healthy. Resolves with the failure, rejects with the signal's reason or a bug. */
export const applyStep = async (step: Step, walk: ApplyWalk): Promise<Failure | undefined> => {
  const { tools, progress } = walk;
  const story = storyOf(step, walk);
  let applying = false;
  try {
    tools.signal.throwIfAborted();
    story.begins();
    const finding = await attempts(step, walk, story, () => step.check(checkContext(walk)));
    if (finding.kind === 'blocked') return story.failed(finding.problems);
    if (step.gate === true) return story.healthy(finding.kind === 'in-place' ? finding.evidence : '', finding.kind === 'in-place' ? finding : {});
    if (finding.kind === 'change') {
      applying = true;
      story.applies();
      await attempts(step, walk, story, () => step.apply(applyContext(step, walk)));
    }
    const verdict = await waitForHealth(step, walk, story.waits);
    if (verdict.healthy) return story.healthy(verdict.evidence, verdict);
    const cause = verdict.final === true ? undefined : walk.failed.title();
    return cause === undefined ? story.failed([verdict.problem]) : story.follows(verdict, cause);
  } catch (error) {
    if (tools.signal.aborted) {
      if (tools.signal.reason instanceof CancelledError) story.cancelled(applying ? await lookAgain(step, walk) : undefined);
      throw tools.signal.reason;
    }
    const problems = problemsOf(error, step, { underWay: true });
    if (problems === undefined) {
      story.failed([]);
      throw error;
    }
    return story.failed(problems);
  } finally {
    progress.waiting(step.id, undefined);
  }
};

const checkContext = ({ tools, cluster }: ApplyWalk) => stepContext(tools, (name) => readOnlyClient(cluster(name)));

const applyContext = (step: Step, { tools, cluster, afterCancel, progress }: ApplyWalk): ApplyContext => ({
  ...stepContext(tools, cluster),
  runId: tools.runId,
  cluster,
  afterCancel,
  helm: tools.helm,
  clusteradm: tools.clusteradm,
  progress: (text) => progress.waiting(step.id, text),
});

const attempts = <T>(step: Step, { tools, progress, failed }: ApplyWalk, story: Story, work: () => Promise<T>): Promise<T> =>
  retrying(work, {
    ...tools,
    deadlineMs: () => Math.min(failed.untilMs(), story.startedMs + Math.max(step.verifyTimeoutMs, SHORTEST_PATIENCE_MS)),
    onAttempt: (attempt, error) => {
      story.tries(attempt);
      const tries =
        error instanceof ClusterUnreachableError || error instanceof NotYetError ? `attempt ${attempt}` : `attempt ${attempt} of ${ATTEMPTS}`;
      progress.waiting(step.id, `${tries}: ${error.message}`);
    },
  });

type Story = ReturnType<typeof storyOf>;

/** Tells the outcome of one step as it develops. What an earlier walk did is not told anew: 'done in 12 s' stays when it is now found in place. */
const storyOf = (step: Step, { tools: { clock }, progress, failed }: ApplyWalk) => {
  const before = progress.outcomeOf(step.id);
  const ended = before?.state === 'done' || before?.state === 'in-place';
  const interrupted = before?.state === 'applying' || before?.state === 'waiting' || before?.state === 'unknown';
  const now = (): string => clock.now().toISOString();
  const startedMs = clock.monotonicMs();
  let current: StepOutcome = { state: 'checking', startedAt: interrupted && before.startedAt !== undefined ? before.startedAt : now() };
  let touched = interrupted;
  const tell = (changes: Partial<StepOutcome>): void => {
    current = { ...current, ...changes };
    progress.outcome(step.id, current);
  };
  return {
    startedMs,
    begins() {
      if (!ended && !interrupted) tell({});
    },
    applies() {
      touched = true;
      tell({ state: 'applying' });
    },
    tries(attempt: number) {
      tell({ attempt });
    },
    waits() {
      if (!ended || touched) tell({ state: 'waiting' });
    },
    healthy(evidence: string, { warnings }: { readonly warnings?: readonly string[] }): undefined {
      if (ended && !touched) progress.outcome(step.id, before);
      else tell({ state: touched ? 'done' : 'in-place', endedAt: now(), evidence, ...(warnings?.length ? { warnings } : {}) });
    },
    cancelled(seen: string | undefined) {
      if (touched) tell({ state: 'unknown', endedAt: now(), ...(seen === undefined ? {} : { evidence: seen }) });
      else progress.outcome(step.id, ended ? before : { state: 'pending' });
    },
    failed(problems: readonly Problem[]): Failure {
      const [first] = problems;
      failed.note(step.title);
      tell({ state: 'failed', endedAt: now(), ...(first === undefined ? {} : { evidence: first.what }) });
      return {
        stepId: step.id,
        stepTitle: step.title,
        cluster: step.cluster,
        problems,
        at: now(),
        afterMs: Math.round(clock.monotonicMs() - startedMs),
      };
    },
    /** It was not waited for to its end, because another step had failed. */
    follows({ waitingFor }: Extract<Verdict, { healthy: false }>, because: string): undefined {
      tell({ state: 'unknown', endedAt: now(), evidence: `${waitingFor}; not waited for any longer`, because });
    },
  };
};
