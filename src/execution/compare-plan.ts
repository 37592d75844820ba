import type { Plan, PlannedStep } from '../domain/plan.ts';
import { planOf } from './execute-plan.ts';
import type { Execution } from './execution.ts';

/** An API server that restarts needs most of it. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 2_000;

/** What the clusters call for right after an approval. A cluster that is silent says nothing about the plan: it is waited for. */
export const planToCompare = async (execution: Execution): Promise<Plan> => {
  const { clock } = execution.deps;
  const endMs = clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    const plan = await planOf(execution);
    if (silentStep(plan) === undefined || clock.monotonicMs() >= endMs) return plan;
    await clock.sleep(LOOK_AGAIN_MS, execution.tools.signal);
  }
};

/** The first step whose cluster did not answer. */
export const silentStep = ({ steps }: Plan): PlannedStep | undefined =>
  steps.find(({ finding }) => finding.kind === 'blocked' && finding.problems.some(({ code }) => code === 'PGD-001'));
