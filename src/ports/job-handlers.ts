import type { PhaseJob } from './queue.ts';

/** 'hand-back': the work was not ended because this worker stops; another one takes the job at once. */
export type JobEnd = 'ended' | 'hand-back';

/** What the queue's workers call. The signal aborts when this worker stops. */
export interface JobHandlers {
  phase(job: PhaseJob, signal: AbortSignal): Promise<JobEnd>;
  report(runId: string, signal: AbortSignal): Promise<JobEnd>;
}
