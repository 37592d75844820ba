import type { PhaseJob } from './queue.ts';
import type { WatchedDatabase } from './watch-store.ts';

/** 'hand-back': the work was not ended because this worker stops; another one takes the job at once. */
export type JobEnd = 'ended' | 'hand-back';

/** What the queue's workers call. The signal aborts when this worker stops. */
export interface JobHandlers {
  phase(job: PhaseJob, signal: AbortSignal): Promise<JobEnd>;
  /** Of a run or an alert. */
  report(id: string, signal: AbortSignal): Promise<JobEnd>;
  look(of: WatchedDatabase, signal: AbortSignal): Promise<JobEnd>;
}
