import type { Verdict } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import type { Failure, StepOutcome } from '../domain/run.ts';
import type { Step } from '../steps/context.ts';
import type { ApplyScope } from './apply-scope.ts';
import { plainText } from '../domain/text.ts';

export type Story = ReturnType<typeof storyOf>;

/** Tells the outcome of one step as it develops. What an earlier walk did is not told anew: 'done in 12 s' stays when it is now found in place. */
export const storyOf = (step: Step, { tools: { clock }, progress, failed }: ApplyScope) => {
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
      tell({ state: 'failed', endedAt: now(), ...(first === undefined ? {} : { evidence: plainText(first.what) }) });
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
