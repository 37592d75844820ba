import type { Phase } from '../domain/run.ts';
import type { WatchedDatabase } from './watch-store.ts';

/** One for each kind of work, none of which waits behind another. */
export const QUEUES = ['apply', 'read', 'report', 'look'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Of the work that no fleet can hold up; each fleet has the others for itself. */
export const QUEUES_OF_ALL: readonly QueueName[] = ['report'];

export interface PhaseJob {
  /** Of the run: its jobs wait behind those of no other fleet. Absent in what a former version queued. */
  readonly fleet?: string | undefined;
  readonly runId: string;
  readonly phase: Phase;
  readonly attempt: number;
  /** Where in the run's trace it was queued, as the header of that name; absent: nothing is traced, or a former version queued it. */
  readonly traceparent?: string | undefined;
}

/** Wakes a worker that looks at a database; the plan of looks makes up for a wake-up that gets lost. */
export interface LookQueue {
  look(of: WatchedDatabase): Promise<void>;
}

/** Wakes workers; it is not the record. Adding a job that is queued already does nothing. */
export interface Queue {
  /** Throws when the queue did not take the job within its time-out. */
  add(job: PhaseJob): Promise<void>;
  /** Wakes the reporter for a run; a wake-up that gets lost is made up for by the report schedule. */
  report(runId: string): Promise<void>;
  /** True when a job for this phase and attempt waits, or a worker took it a moment ago; one that works on it holds the run's lease. */
  has(job: PhaseJob): Promise<boolean>;
}
