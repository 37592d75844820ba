import { WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { JobEnd, JobHandlers } from '../../ports/job-handlers.ts';
import type { Log } from '../../ports/log.ts';
import type { Keys } from './keys.ts';
import type { QueueName } from '../../ports/queue.ts';
import { queuesOf } from './queue-names.ts';

export interface QueueWorkers {
  /** Ends what is under way by the handlers' signal, hands it back and waits for that. */
  close(): Promise<void>;
}

/** Runs at the same time in one process, of each fleet. */
const CONCURRENCY = { apply: 4, read: 8, report: 4, look: 2 } as const satisfies Record<QueueName, number>;

/**
 * A lock about as short as the worker's lease. It fences nothing: the lease does, and a job that is
 * delivered twice finds the lease taken or the attempt passed. Stalls are none of our failures, hence the high count (BullMQ's default is 1).
 */
const LOCKS = { lockDuration: 3_000, stalledInterval: 5_000, maxStalledCount: 1_000 };

const phaseJob = z.object({
  fleet: z.string().optional(),
  runId: z.string(),
  phase: z.enum(['plan', 'apply', 'verify']),
  attempt: z.number(),
  traceparent: z.string().optional(),
});
const reportJob = z.object({ runId: z.string() });
const lookJob = z.object({ fleet: z.string(), database: z.string() });

/** `connect` opens one connection per queue; a worker blocks on its own. */
export const startQueueWorkers = ({
  connect,
  keys,
  handlers,
  log,
  fleets,
}: {
  readonly connect: (name: string) => Redis;
  readonly keys: Keys;
  readonly handlers: JobHandlers;
  readonly log: Log;
  /** Names: what one of them holds up takes no hands from the others. */
  readonly fleets: readonly string[];
}): QueueWorkers => {
  let stopping = false;
  const start = (id: string, name: QueueName, handle: (job: Job, signal: AbortSignal) => Promise<JobEnd>): { worker: Worker; connection: Redis } => {
    const connection = connect(`worker-${id}`);
    // Three named parameters: with fewer BullMQ passes no signal.
    const processor = async (job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<void> => {
      // A fetch that was under way can still bring a job, even the one just handed back, after all jobs were told to end.
      const end = stopping ? 'hand-back' : await handle(job, signal ?? new AbortController().signal);
      if (end === 'ended') return;
      await job.moveToWait(token);
      throw new WaitingError();
    };
    const worker = new Worker(id, processor, { connection, prefix: keys.queues, concurrency: CONCURRENCY[name], skipVersionCheck: true, ...LOCKS });
    worker.on('error', (error) => log.debug({ queue: id, reason: error.message }, 'worker error'));
    worker.on('failed', (job, error) => log.warn({ queue: id, job: job?.id, reason: error.message }, 'job failed'));
    return { worker, connection };
  };
  const phase = (job: Job, signal: AbortSignal): Promise<JobEnd> => handlers.phase(phaseJob.parse(job.data), signal);
  const handle: Readonly<Record<QueueName, (job: Job, signal: AbortSignal) => Promise<JobEnd>>> = {
    apply: phase,
    read: phase,
    report: (job, signal) => handlers.report(reportJob.parse(job.data).runId, signal),
    look: (job, signal) => handlers.look(lookJob.parse(job.data), signal),
  };
  const workers = queuesOf(fleets).map(({ id, name }) => start(id, name, handle[name]));
  return {
    async close() {
      stopping = true;
      await Promise.allSettled(
        workers.map(async ({ worker, connection }) => {
          const closed = worker.close();
          worker.cancelAllJobs('shutdown');
          await closed;
          connection.disconnect();
        }),
      );
    },
  };
};
