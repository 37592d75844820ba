import type { PlannedStep } from './plan.ts';
import type { Problem } from './problem.ts';
import type { Answer, Run } from './run.ts';
import { plainText } from './text.ts';

type Row = Answer['verdicts'][number];
/** What one run came to know of the hops, as a look would have found it. */
export interface Chain extends Pick<Answer, 'verdicts' | 'notAsked' | 'late'> {
  /** Hops that stand behind what ended the run, or that a plan would have made: nothing before them is unknown because of that. */
  readonly notReached?: number;
}

/**
 * The hops of a run that ended: those of its answer, of a plan that was blocked, or of a deploy as far as it came. undefined where nothing that the run
 * keeps says how the hops are.
 */
export const chainOf = (run: Run): Chain | undefined => {
  if (run.answer !== undefined) return run.answer;
  const { plan, failure } = run;
  if (run.state === 'blocked' && plan !== undefined) return chainFrom(plan.steps, (step) => ofFinding(step, plan.plannedAt));
  if (run.state !== 'failed' || failure === undefined) return undefined;
  const reached = plan === undefined ? { verdicts: [] } : chainFrom(plan.steps, (step) => ofOutcome(run, step));
  if (reached.verdicts.some(({ stepId }) => stepId === failure.stepId)) return reached;
  const { stepId, stepTitle: title, cluster, problems, at } = failure;
  return {
    ...reached,
    verdicts: [...reached.verdicts, ...problems.map((problem) => broken({ id: stepId, title, stage: '', cluster }, problem, at))],
  };
};

const chainFrom = (steps: readonly PlannedStep[], rowsOf: (step: PlannedStep) => readonly Row[]): Chain => {
  const rows = steps.map(rowsOf);
  return { verdicts: rows.flat(), notReached: rows.filter((own) => own.length === 0).length };
};

const ofFinding = (step: PlannedStep, at: string): readonly Row[] => {
  const { finding } = step;
  if (finding.kind === 'blocked') return finding.problems.map((problem) => broken(step, problem, at));
  return finding.kind === 'in-place' ? [whole(step, finding.evidence, at)] : [];
};

const ofOutcome = ({ outcomes, failure, plan }: Run, step: PlannedStep): readonly Row[] => {
  if (step.id === failure?.stepId) return failure.problems.map((problem) => broken(step, problem, failure.at));
  const outcome = outcomes[step.id];
  if (outcome?.state !== 'done' && outcome?.state !== 'in-place') return [];
  const seen = outcome.evidence ?? (step.finding.kind === 'in-place' ? step.finding.evidence : 'was brought about');
  return [whole(step, seen, outcome.endedAt ?? plan?.plannedAt ?? '')];
};

type Named = Pick<PlannedStep, 'id' | 'title' | 'stage' | 'cluster'>;

const named = ({ id: stepId, title, stage, cluster }: Named, askedAt: string) => ({ stepId, title, stage, cluster, askedAt });

const whole = (step: Named, evidence: string, at: string): Row => ({ ...named(step, at), verdict: { healthy: true, evidence } });

const broken = (step: Named, problem: Problem, at: string): Row => ({
  ...named(step, at),
  verdict: { healthy: false, waitingFor: plainText(problem.what), problem },
});
