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
  /** The stage that takes longest, with the sum over its slowest path; undefined where nothing is to do, and in plans of before it was kept. */
  readonly longest?: StageTime;
  /** Sentences that approvers should weigh: what is lost with which cluster, bandwidth ceiling, deletion policy. */
  readonly worthKnowing: readonly Text[];
  /** ISO instant. */
  readonly plannedAt: string;
}

/** Exported for tests. */
export interface StageTime {
  readonly stage: string;
  readonly ms: number;
}

type PlanStanding = 'blocked' | 'nothing-to-do' | 'changes';

/** One problem blocks the whole plan; what can only be known later counts as a change. */
export const planStanding = ({ steps }: Pick<Plan, 'steps'>): PlanStanding => {
  if (steps.some(({ finding }) => finding.kind === 'blocked')) return 'blocked';
  return steps.every(({ finding }) => finding.kind === 'in-place') ? 'nothing-to-do' : 'changes';
};

type Timed = ProcedureOf<{ readonly id: string; readonly usualMs: number }>;

/** Usual time of the slowest path through the steps that are not in place, in milliseconds: never shorter than the longest of them. */
export const estimateMs = (procedure: Timed, steps: readonly PlannedStep[]): number => slowestPathMs(procedure, openSteps(steps));

/** Of the stages that are not in place, the one whose own slowest path is longest: what stands side by side in it counts once, so that it never exceeds the whole. */
export const longestStage = (procedure: Timed, steps: readonly PlannedStep[]): StageTime | undefined =>
  [...Map.groupBy(openSteps(steps), ({ stage }) => stage)]
    .map(([stage, own]) => ({ stage, ms: slowestPathMs(procedure, own) }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms)[0];

const openSteps = (steps: readonly PlannedStep[]): PlannedStep[] => steps.filter(({ finding }) => finding.kind !== 'in-place');

const slowestPathMs = (procedure: Timed, counted: readonly PlannedStep[]): number => {
  const ids = new Set(counted.map(({ id }) => id));
  const of = (node: Timed): number => {
    if (node.kind === 'step') return ids.has(node.step.id) ? node.step.usualMs : 0;
    const times = node.children.map(of);
    return node.kind === 'sequence' ? times.reduce((sum, time) => sum + time, 0) : Math.max(0, ...times);
  };
  return of(procedure);
};
