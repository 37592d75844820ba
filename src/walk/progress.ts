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

/** Progress that nobody hears of before it is released: what is asked in doubt alone may not be part of the answer. */
export const heldBack = (progress: Progress): Progress & { release(): void } => {
  let held: (() => void)[] | undefined = [];
  const tell = (telling: () => void): void => void (held === undefined ? telling() : held.push(telling));
  return {
    outcomeOf: (id) => progress.outcomeOf(id),
    outcome: (id, outcome) => tell(() => progress.outcome(id, outcome)),
    waiting: (id, text) => tell(() => progress.waiting(id, text)),
    replication: (table) => tell(() => progress.replication(table)),
    release() {
      const toTell = held ?? [];
      held = undefined;
      for (const telling of toTell) telling();
    },
  };
};
