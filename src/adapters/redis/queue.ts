import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { LookQueue, PhaseJob, Queue, QueueName } from '../../ports/queue.ts';
import type { ReportSchedule } from '../../ports/report-schedule.ts';
import type { Phase } from '../../domain/run.ts';
import type { Keys } from './keys.ts';
import { queueId, queuesOf } from './queue-names.ts';

/** While Redis is down BullMQ waits for ever: an enqueue that takes longer has failed. */
const ENQUEUE_TIMEOUT_MS = 1_000;

/** From a worker's taking a job to its taking the run's lease; a worker that is slower finds the run's next attempt queued, and leaves it. */
const JUST_TAKEN_MS = 500;

/** status never waits behind a deploy. */
const queueOf = (phase: Phase): QueueName => (phase === 'apply' ? 'apply' : 'read');

const NO_FLEETS: readonly string[] = [];

/** Queue id of one attempt at a phase of a run: a finished id added again is silently ignored. No ':' and never digits only: BullMQ rejects both (its docs, "Job Ids"). */
const jobId = ({ runId, phase, attempt }: PhaseJob): string => `${runId}-${phase}-${attempt}`;

export interface RedisQueue extends Queue, LookQueue {
  /** Of each queue in which something waits, how long its oldest job has, in milliseconds. */
  oldest(): Promise<{ readonly queue: QueueName; readonly fleet?: string; readonly waitsMs: number }[]>;
  close(): Promise<void>;
}

export const redisQueue = ({
  redis,
  keys,
  clock,
  schedule,
  log,
  fleets = NO_FLEETS,
  timeoutMs = ENQUEUE_TIMEOUT_MS,
}: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly schedule: ReportSchedule;
  readonly log: Log;
  /** Names; each has queues of its own. Default: one fleet, whatever its name. */
  readonly fleets?: readonly string[];
  /** Milliseconds for one question; default 1000. */
  readonly timeoutMs?: number;
}): RedisQueue => {
  const open = (name: string): BullQueue => {
    const queue = new BullQueue(name, { connection: redis, prefix: keys.queues, skipVersionCheck: true });
    queue.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'queue error'));
    return queue;
  };
  const queues = new Map(queuesOf(fleets).map(({ id, ...of }) => [id, { ...of, queue: open(id) }]));
  const queueFor = (name: QueueName, fleet: string | undefined): BullQueue => queues.get(queueId(name, fleet, fleets))!.queue;
  const inTime = <T>(work: Promise<T>): Promise<T> => withinTime(work, timeoutMs, clock);
  /** Nothing is kept of a job that ended: the run is the record. */
  const options = (id: string) => ({ jobId: id, removeOnComplete: true, removeOnFail: true, attempts: 1 });

  return {
    async add(job) {
      await inTime(queueFor(queueOf(job.phase), job.fleet).add(job.phase, job, options(jobId(job))));
    },
    async report(runId) {
      try {
        await inTime(schedule.later(runId, clock.now()));
        await inTime(queueFor('report', undefined).add('report', { runId }, options(`${runId}-report`)));
      } catch (error) {
        log.debug({ runId, reason: String(error) }, 'reporter not woken');
      }
    },
    async look({ fleet, database }) {
      await inTime(queueFor('look', fleet).add('look', { fleet, database }, options(`${fleet}-${database}-look`)));
    },
    async has(job) {
      const queue = queueFor(queueOf(job.phase), job.fleet);
      const found = await inTime(queue.getJob(jobId(job)));
      const state = await inTime(found?.getState() ?? Promise.resolve('unknown'));
      if (state !== 'active') return state !== 'unknown' && state !== 'completed' && state !== 'failed';
      // The job of a worker that died stays 'active' until BullMQ's own scan. One that lives takes the run's lease at once.
      return Math.abs(clock.now().getTime() - (found?.processedOn ?? 0)) < JUST_TAKEN_MS;
    },
    async oldest() {
      const found = await Promise.all(
        [...queues.values()].map(async ({ queue, ...of }) => ({ ...of, jobs: await inTime(queue.getJobs(['wait'], 0, 0, true)) })),
      );
      const nowMs = clock.now().getTime();
      return found.flatMap(({ name, fleet, jobs: [job] }) =>
        job === undefined ? [] : [{ queue: name, ...(fleet === undefined ? {} : { fleet }), waitsMs: Math.max(0, nowMs - job.timestamp) }],
      );
    },
    async close() {
      await Promise.allSettled([...queues.values()].map(({ queue }) => queue.close()));
    },
  };
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the queue answered first');

const withinTime = async <T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T> => {
  const ended = new AbortController();
  const late = clock.sleep(timeoutMs, ended.signal).then(
    () => Promise.reject(new Error(`the queue did not answer in ${timeoutMs} ms`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort(OVER);
  }
};
