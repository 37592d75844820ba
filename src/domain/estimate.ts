import type { Measured } from './measured.ts';
import type { Estimate, PlannedStep, StageTime } from './plan.ts';
import type { ProcedureOf } from './procedure.ts';

/** The slowest path through the steps that are not in place, by what they took before. */
export const estimateOf = (procedure: ProcedureOf<{ readonly id: string }>, steps: readonly PlannedStep[], measured: Measured): Estimate => {
  const open = new Map(steps.filter(({ finding }) => finding.kind !== 'in-place').map((step) => [step.id, step]));
  const pathThrough = (node: ProcedureOf<{ readonly id: string }>): Estimate['path'] => {
    if (node.kind === 'step') {
      const [step, ms] = [open.get(node.step.id), measured.of(node.step.id)];
      return step === undefined || ms === undefined ? [] : [{ title: step.title, ms }];
    }
    const paths = node.children.map(pathThrough);
    return node.kind === 'sequence' ? paths.flat() : (paths.toSorted((a, b) => totalMs(b) - totalMs(a))[0] ?? []);
  };
  return {
    runs: measured.runs,
    unmeasured: [...open.keys()].filter((id) => measured.of(id) === undefined).length,
    path: pathThrough(procedure),
  };
};

export const totalMs = (path: Estimate['path']): number => path.reduce((sum, { ms }) => sum + ms, 0);

/** Of the stages that are not in place, the one whose own slowest path is longest: what stands side by side in it counts once, so that it never exceeds the whole. */
export const longestStage = (
  procedure: ProcedureOf<{ readonly id: string }>,
  steps: readonly PlannedStep[],
  measured: Measured,
): StageTime | undefined =>
  [...Map.groupBy(openSteps(steps), ({ stage }) => stage)]
    .map(([stage, own]) => ({ stage, ms: totalMs(estimateOf(procedure, own, measured).path) }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms)[0];

const openSteps = (steps: readonly PlannedStep[]): PlannedStep[] => steps.filter(({ finding }) => finding.kind !== 'in-place');
