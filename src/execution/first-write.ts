import { boundedSteps } from '../domain/bounded.ts';
import type { Finding } from '../domain/finding.ts';
import type { Plan } from '../domain/plan.ts';
import { beyondApproval } from '../domain/plan-differences.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import { silentStep } from './compare-plan.ts';
import { type Execution, PlanMisfitError } from './execution.ts';

/** How old the comparison of clusters and approved plan may be when the first step is let to write. */
const FRESH_MS = 2_000;

interface Comparison {
  /** When the comparison before it ended. */
  readonly comparedMs: number;
  readonly approved: Plan;
  readonly compare: () => Promise<Plan>;
  readonly misfits: (now: Plan) => readonly string[];
}

/**
 * What each step of an apply asks before it writes. The first one to come has the whole plan compared once more if that is longer ago than two seconds,
 * as the gates in front of it take their time; others that come meanwhile wait for it. Who waited looks again at its own facts ('look-again'), and
 * whatever these call for must be a part of what was approved. Where something does not fit, the walk ends before anything is written.
 */
export const guardFirstWrite = ({ deps, writer, end, tools }: Execution, { comparedMs, approved, compare, misfits }: Comparison) => {
  const { clock, redact } = deps;
  const early = new Set<string>();
  let lastMs = comparedMs;
  let letThrough = 0;
  let opening: Promise<boolean> | undefined;
  const isFresh = (): boolean => clock.monotonicMs() - lastMs <= FRESH_MS;

  const insist = (differences: readonly string[]): void => {
    if (differences.length > 0) end(new PlanMisfitError(differences, letThrough > 0));
    tools.signal.throwIfAborted();
  };
  const compareAgain = async (): Promise<void> => {
    const now = await compare();
    lastMs = clock.monotonicMs();
    const silent = silentStep(now);
    if (silent?.finding.kind === 'blocked') throw errorOf(silent.finding.problems);
    insist(misfits(now));
  };
  /** True when it compared again. What is stored in between may take longer than the facts are fresh. */
  const open = async (): Promise<boolean> => {
    for (let rounds = 0; ; rounds += 1) {
      if (!isFresh()) await compareAgain();
      else if (rounds > 0) return lastMs !== comparedMs;
      writer.update((run) => ({ ...run, comparedAt: clock.now().toISOString() }));
      await writer.flush();
      tools.signal.throwIfAborted();
    }
  };
  return async (stepId: string, finding: Finding): Promise<'write' | 'look-again'> => {
    if (letThrough > 0 && !early.has(stepId)) return 'write';
    const came = early.has(stepId);
    early.add(stepId);
    opening ??= open();
    if ((await opening) && !came) return 'look-again';
    insist(beyond(approved, stepId, redact(finding)));
    letThrough += 1;
    early.delete(stepId);
    return 'write';
  };
};

const beyond = (approved: Plan, stepId: string, finding: Finding): readonly string[] => {
  const planned = approved.steps.find(({ id }) => id === stepId);
  return planned === undefined ? [] : beyondApproval(approved, { steps: boundedSteps([{ ...planned, finding }]) });
};

const errorOf = ([first, ...others]: readonly Problem[]): Error =>
  first === undefined ? new Error('a cluster is silent and nothing says which') : new ProblemError(first, ...others);
