import type { ReplicationTable } from '../domain/replication.ts';
import type { StepOutcome } from '../domain/run.ts';

/** Where a walk tells how it goes on. */
export interface Progress {
  /** What became of the step before this walk, or so far. */
  outcomeOf(stepId: string): StepOutcome | undefined;
  outcome(stepId: string, outcome: StepOutcome): void;
  /** What the step waits for now; undefined: for nothing any more. */
  waiting(stepId: string, text: string | undefined): void;
  replication(table: ReplicationTable): void;
}
