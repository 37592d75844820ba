import type { Finding } from '../domain/finding.ts';
import type { Failure } from '../domain/run.ts';
import type { Step } from '../steps/context.ts';
import { CancelledError } from './aborts.ts';
import type { ApplyScope } from './apply-scope.ts';
import { lookAfterCancel } from './look-after-cancel.ts';
import { ATTEMPTS, isAwaited, isWebhookAway, retrying } from './retrying.ts';
import { storyOf, type Story } from './step-story.ts';
import { waitForHealth } from './wait-for-health.ts';
import { problemsOf } from './problems-of.ts';
import { applyContext, stepContext } from './step-contexts.ts';

/** A cluster that goes away is waited for at least so long, also in steps that wait for nothing else: an API server that restarts needs most of it. */
const SHORTEST_PATIENCE_MS = 60_000;
/** A chart that makes a new certificate with each upgrade leaves its webhook without answers until kubelet has brought the Secret: two minutes at most. */
const WEBHOOK_PATIENCE_MS = 180_000;

/** check, apply if something is missing, watch until healthy. Resolves with the failure, rejects with the signal's reason or a bug. */
export const applyStep = async (step: Step, scope: ApplyScope): Promise<Failure | undefined> => {
  const { tools, progress } = scope;
  const story = storyOf(step, scope);
  let applying = false;
  try {
    tools.signal.throwIfAborted();
    story.begins();
    const look = (): Promise<Finding> => attempts(step, scope, story, () => step.check(stepContext(tools, scope.clients.reading)));
    let finding = await look();
    while (finding.kind === 'change' && step.gate !== true && (await tools.mayWrite?.(step.id, finding)) === 'look-again') finding = await look();
    if (finding.kind === 'blocked') return story.failed(finding.problems);
    if (step.gate === true) return story.healthy(finding.kind === 'in-place' ? finding.evidence : '', finding.kind === 'in-place' ? finding : {});
    if (finding.kind === 'change') {
      applying = true;
      story.applies();
      await attempts(step, scope, story, () => step.apply(applyContext(step, scope)));
    }
    const verdict = await waitForHealth(step, scope, story.waits);
    if (verdict.healthy) return story.healthy(verdict.evidence, verdict);
    const cause = verdict.final === true ? undefined : scope.failed.title();
    return cause === undefined ? story.failed([verdict.problem]) : story.follows(verdict, cause);
  } catch (error) {
    if (tools.signal.aborted) {
      if (tools.signal.reason instanceof CancelledError) story.cancelled(applying ? await lookAfterCancel(step, scope) : undefined);
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

const attempts = <T>(step: Step, { tools, progress, failed }: ApplyScope, story: Story, work: () => Promise<T>): Promise<T> =>
  retrying(work, {
    ...tools,
    deadlineMs: (error) =>
      Math.min(failed.untilMs(), story.startedMs + Math.max(step.verifyTimeoutMs, isWebhookAway(error) ? WEBHOOK_PATIENCE_MS : SHORTEST_PATIENCE_MS)),
    onAttempt: (attempt, error) => {
      story.tries(attempt);
      const tries = isAwaited(error) ? `attempt ${attempt}` : `attempt ${attempt} of ${ATTEMPTS}`;
      progress.waiting(step.id, `${tries}: ${error.message}`);
    },
  });
