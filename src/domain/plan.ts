import type { Finding } from './finding.ts';

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
  /** Sum over the slowest path, in milliseconds. */
  readonly estimateMs: number;
  /** Sentences that approvers should weigh: what is lost with which cluster, bandwidth ceiling, deletion policy. */
  readonly worthKnowing: readonly string[];
  /** ISO instant. */
  readonly plannedAt: string;
}

export type PlanStanding = 'blocked' | 'nothing-to-do' | 'changes';
