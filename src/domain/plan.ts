import type { Finding } from './finding.ts';
import type { Text } from './text.ts';

/** One step of a plan as stored and shown. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly cluster: string;
  /** What it took in earlier runs as a rule, milliseconds; 0: unknown. */
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
  /** Sum over the slowest path, in milliseconds; 0 where nothing is known of it. */
  readonly estimateMs: number;
  /** From what the estimate is; absent in plans of before it was kept, whose estimate was a guess. */
  readonly estimate?: Estimate;
  /** The stage that takes longest, with the sum over its slowest path; undefined where nothing is to do, and in plans of before it was kept. */
  readonly longest?: StageTime;
  /** Sentences that approvers should weigh: what is lost with which cluster, bandwidth ceiling, deletion policy. */
  readonly worthKnowing: readonly Text[];
  /** ISO instant. */
  readonly plannedAt: string;
}

/** What earlier runs tell of the time that a plan takes. */
export interface Estimate {
  /** Deploys that it is measured in; 0: nothing is known. */
  readonly runs: number;
  /** Steps to do that no earlier run did: the time is longer by theirs. */
  readonly unmeasured: number;
  /** Steps on the slowest path, in their order, milliseconds. */
  readonly path: readonly { readonly title: string; readonly ms: number }[];
}

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
