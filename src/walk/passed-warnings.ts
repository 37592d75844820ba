import { stepsOf } from '../domain/procedure.ts';
import type { Procedure, Step } from '../steps/context.ts';
import type { ApplyScope } from './apply-scope.ts';
import { stepContext } from './step-contexts.ts';

/** What was worth a look when a step became healthy may have passed while others went on: it is looked at once more before people are told. */
export const dropPassedWarnings = async (procedure: Procedure, scope: ApplyScope): Promise<void> => {
  const warned = stepsOf(procedure).filter(({ id, gate }) => gate !== true && (scope.progress.outcomeOf(id)?.warnings?.length ?? 0) > 0);
  await Promise.all(warned.map((step) => anew(step, scope)));
};

const anew = async (step: Step, { tools, clients, progress }: ApplyScope): Promise<void> => {
  const before = progress.outcomeOf(step.id);
  try {
    const verdict = await step.verify(stepContext(tools, clients.reading));
    if (before === undefined || !verdict.healthy) return;
    const { warnings: _, ...rest } = before;
    progress.outcome(step.id, { ...rest, evidence: verdict.evidence, ...(verdict.warnings?.length ? { warnings: verdict.warnings } : {}) });
  } catch {
    // The step was healthy: what it said then stands.
    tools.signal.throwIfAborted();
  }
};
