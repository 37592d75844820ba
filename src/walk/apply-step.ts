import { NotYetError } from '../domain/problem.ts';
import type { Failure } from '../domain/run.ts';
import { ClusterUnreachableError } from '../ports/cluster-errors.ts';
import type { Step } from '../steps/context.ts';
import { CancelledError } from './aborts.ts';
import type { ApplyWalk } from './apply-walk.ts';
import { lookAgain } from './look-again.ts';
import { ATTEMPTS, retrying } from './retrying.ts';
import { storyOf, type Story } from './step-story.ts';
import { waitForHealth } from './wait-for-health.ts';
import { problemsOf } from './problems-of.ts';
import { applyContext, stepContext } from './step-contexts.ts';

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
    const finding = await attempts(step, walk, story, () => step.check(stepContext(tools, walk.clients.reading)));
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
