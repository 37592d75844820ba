import type { ProcedureOf } from '../../src/domain/procedure.ts';
import type { StepOutcome } from '../../src/domain/run.ts';

export interface TimedStep<S> {
  readonly step: S;
  readonly startedMs: number;
  readonly endedMs: number;
}

/**
 * The steps that decided how long a walk took, in order: all of a sequence, and of a parallel the child that ended last. Steps that never
 * began or ended are left out, as they took no time.
 */
export const criticalPath = <S extends { readonly id: string }>(
  procedure: ProcedureOf<S>,
  outcomes: Readonly<Record<string, StepOutcome>>,
): TimedStep<S>[] => {
  if (procedure.kind === 'step') return timed(procedure.step, outcomes);
  const paths = procedure.children.map((child) => criticalPath(child, outcomes));
  if (procedure.kind === 'sequence') return paths.flat();
  const endOf = (path: readonly TimedStep<S>[]): number => path.at(-1)?.endedMs ?? -Infinity;
  return paths.reduce<TimedStep<S>[]>((latest, path) => (endOf(path) > endOf(latest) ? path : latest), []);
};

const timed = <S extends { readonly id: string }>(step: S, outcomes: Readonly<Record<string, StepOutcome>>): TimedStep<S>[] => {
  const { startedAt, endedAt } = outcomes[step.id] ?? {};
  if (startedAt === undefined || endedAt === undefined) return [];
  return [{ step, startedMs: Date.parse(startedAt), endedMs: Date.parse(endedAt) }];
};
