import type { Clock } from '../../ports/clock.ts';
import type { CallBudget } from '../../ports/call-budget.ts';
import type { CancelChannel } from '../../ports/cancel-channel.ts';
import type { Homes, Preferences } from '../../ports/homes.ts';
import type { OwedAnswers } from '../../ports/owed-answers.ts';
import type { Leases } from '../../ports/lease.ts';
import type { ReportSchedule } from '../../ports/report-schedule.ts';
import type { RunStore } from '../../ports/run-store.ts';
import type { WatchStore } from '../../ports/watch-store.ts';
import type { WorkerBeats } from '../../ports/worker-beats.ts';
import { redisCallBudget } from './call-budget.ts';
import { redisCancelChannel } from './cancel-channel.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { redisConnections, type RedisTarget } from './connection.ts';
import { redisHealth, type RedisHealth } from './health.ts';
import { redisHomes, redisPreferences } from './homes.ts';
import { installationId } from './installation.ts';
import { keysOf } from './keys.ts';
import { redisOwedAnswers } from './owed-answers.ts';
import { redisLeases } from './leases.ts';
import type { JobHandlers } from '../../ports/job-handlers.ts';
import { startQueueWorkers, type QueueWorkers } from './queue-workers.ts';
import { redisQueue, type RedisQueue } from './queue.ts';
import { redisReportSchedule } from './report-schedule.ts';
import { redisRunStore } from './run-store.ts';
import { redisWatchStore } from './watch-store.ts';
import { redisWorkerBeats } from './worker-beats.ts';

export interface OpenRedis {
  readonly store: RunStore;
  readonly watches: WatchStore;
  readonly homes: Homes;
  readonly preferences: Preferences;
  readonly owed: OwedAnswers;
  readonly queue: RedisQueue;
  readonly schedule: ReportSchedule;
  readonly leases: Leases;
  readonly beats: WorkerBeats;
  /** What all processes may ask of Slack together; each keeps to `alone` while Redis does not answer. */
  callBudget(alone: CallBudget): CallBudget;
  /** Subscribes; resolves once messages arrive. */
  cancels(): Promise<CancelChannel>;
  /** Id of this installation of pgdist, made at the first call of all: then it is new. */
  installation(): Promise<string>;
  readonly examine: RedisHealth['examine'];
  readonly faults: RedisHealth['faults'];
  /** Notices a failover also on connections on which nobody writes; until the signal, or until it is closed. */
  watch(signal: AbortSignal): Promise<void>;
  startWorkers(handlers: JobHandlers): QueueWorkers;
  close(): Promise<void>;
}

/** Slack waits 3 s for what was asked. */
const READER_TIMEOUT_MS = 1_300;

/** Everything that pgdist keeps in Redis, under one prefix. Connects by itself, again and again; nothing rejects because of that. */
export const openRedis = ({
  prefix,
  clock,
  redactor = createRedactor(),
  fleets = [],
  ...target
}: RedisTarget & {
  readonly prefix: string;
  readonly clock: Clock;
  readonly redactor?: Redactor;
  /** Names of the fleets, each with queues of its own; default: one, whatever its name. */
  readonly fleets?: readonly string[];
}): OpenRedis => {
  const { log } = target;
  const keys = keysOf(prefix);
  const connections = redisConnections(target);
  const redis = connections.command('store');
  // A list takes two answers where a command takes three.
  const readerRedis = connections.command('reader', READER_TIMEOUT_MS);
  const queueRedis = connections.command('queue');
  const subscriber = connections.patient('cancels');
  const health = redisHealth({ connections, prefix, pulseKey: keys.pulse, clock });
  const reader = redisRunStore({ redis: readerRedis, keys, clock, redactor, log });
  const schedule = redisReportSchedule({ redis, keys });
  const patience = target.commandTimeoutMs === undefined ? {} : { timeoutMs: target.commandTimeoutMs };
  const queue = redisQueue({ redis: queueRedis, keys, clock, schedule, log, fleets, ...patience });
  return {
    store: { ...redisRunStore({ redis, keys, clock, redactor, log }), list: reader.list, auditOf: reader.auditOf },
    watches: redisWatchStore({ redis, keys, clock, redactor }),
    homes: redisHomes({ redis, keys, clock }),
    preferences: redisPreferences({ redis, keys }),
    owed: redisOwedAnswers({ redis, keys, clock, redactor }),
    queue,
    schedule,
    leases: redisLeases({ redis, keys, clock }),
    beats: redisWorkerBeats({ redis, keys, clock }),
    callBudget: (alone) => redisCallBudget({ redis, keys, clock, log, alone }),
    cancels: () => redisCancelChannel({ subscriber, keys }),
    installation: () => installationId({ redis, keys }),
    examine: health.examine,
    faults: health.faults,
    watch: (signal) => health.watch([redis, readerRedis, queueRedis], signal),
    startWorkers: (handlers) => startQueueWorkers({ connect: connections.patient, keys, handlers, log, fleets }),
    async close() {
      health.close();
      await queue.close();
      for (const connection of [redis, readerRedis, queueRedis, subscriber]) connection.disconnect();
    },
  };
};
