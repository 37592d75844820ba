import type { Finding } from './finding.ts';
import type { ProcedureOf } from './procedure.ts';
import type { Text } from './text.ts';

/** One step of a plan as stored and shown. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly cluster: string;
  readonly usualMs: number;
  readonly finding: Finding;
}

/** The findings of a procedure in the procedure's order, with a digest of what was promised. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** sha256 hex over the canonical JSON of request, fleet as configured, procedure version, and per step id, kind and wanted fields. */
  readonly digest: string;
  /** Version of the procedure whose steps these are; absent in plans of a pgdist that did not record it. */
  readonly procedureVersion?: string;
  /** Sum over the slowest path, in milliseconds. */
  readonly estimateMs: number;
  /** Sentences that approvers should weigh: what is lost with which cluster, bandwidth ceiling, deletion policy. */
  readonly worthKnowing: readonly Text[];
  /** ISO instant. */
  readonly plannedAt: string;
}

type PlanStanding = 'blocked' | 'nothing-to-do' | 'changes';

/** One problem blocks the whole plan; what can only be known later counts as a change. */
export const planStanding = ({ steps }: Pick<Plan, 'steps'>): PlanStanding => {
  if (steps.some(({ finding }) => finding.kind === 'blocked')) return 'blocked';
  return steps.every(({ finding }) => finding.kind === 'in-place') ? 'nothing-to-do' : 'changes';
};

/** Usual time of the slowest path through the steps that are not in place, in milliseconds. */
export const estimateMs = (procedure: ProcedureOf<{ readonly id: string; readonly usualMs: number }>, steps: readonly PlannedStep[]): number => {
  const idle = new Set(steps.filter(({ finding }) => finding.kind === 'in-place').map(({ id }) => id));
  const of = (node: typeof procedure): number => {
    if (node.kind === 'step') return idle.has(node.step.id) ? 0 : node.step.usualMs;
    const times = node.children.map(of);
    return node.kind === 'sequence' ? times.reduce((sum, time) => sum + time, 0) : Math.max(0, ...times);
  };
  return of(procedure);
};
