import type { Clock } from '../../ports/clock.ts';
import type { CallBudget } from '../../ports/call-budget.ts';
import type { CancelChannel } from '../../ports/cancel-channel.ts';
import type { Leases } from '../../ports/lease.ts';
import type { Log } from '../../ports/log.ts';
import type { ReportSchedule } from '../../ports/report-schedule.ts';
import type { RunStore } from '../../ports/run-store.ts';
import { redisCallBudget } from './call-budget.ts';
import { redisCancelChannel } from './cancel-channel.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { commandConnection, patientConnection } from './connection.ts';
import { installationId } from './installation.ts';
import { keysOf } from './keys.ts';
import { redisLeases } from './leases.ts';
import type { JobHandlers } from '../../ports/job-handlers.ts';
import { startQueueWorkers, type QueueWorkers } from './queue-workers.ts';
import { redisQueue, type RedisQueue } from './queue.ts';
import { redisFaults } from './readiness.ts';
import { redisReportSchedule } from './report-schedule.ts';
import { redisRunStore } from './run-store.ts';

export interface OpenRedis {
  readonly store: RunStore;
  readonly queue: RedisQueue;
  readonly schedule: ReportSchedule;
  readonly leases: Leases;
  /** What all processes may ask of Slack together; each keeps to `alone` while Redis does not answer. */
  callBudget(alone: CallBudget): CallBudget;
  /** Subscribes; resolves once messages arrive. */
  cancels(): Promise<CancelChannel>;
  /** Id of this installation of pgdist, made at the first call of all: then it is new. */
  installation(): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** What keeps this Redis from being used; rejects when it does not answer. */
  faults(requirements: { readonly requirePersistence: boolean }): Promise<string[]>;
  startWorkers(handlers: JobHandlers): QueueWorkers;
  close(): Promise<void>;
}

/** Everything that pgdist keeps in Redis, under one prefix. Connects by itself, again and again; nothing rejects because of that. */
export const openRedis = ({
  url,
  prefix,
  clock,
  log,
  redactor = createRedactor(),
}: {
  readonly url: string;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor?: Redactor;
}): OpenRedis => {
  const keys = keysOf(prefix);
  const redis = commandConnection({ url, log, name: 'store' });
  const queueRedis = commandConnection({ url, log, name: 'queue' });
  const subscriber = patientConnection({ url, log, name: 'cancels' });
  const schedule = redisReportSchedule({ redis, keys });
  const queue = redisQueue({ redis: queueRedis, keys, clock, schedule, log });
  return {
    store: redisRunStore({ redis, keys, clock, redactor, log }),
    queue,
    schedule,
    leases: redisLeases({ redis, keys, clock }),
    callBudget: (alone) => redisCallBudget({ redis, keys, clock, log, alone }),
    cancels: () => redisCancelChannel({ subscriber, keys }),
    installation: () => installationId({ redis, keys }),
    faults: (requirements) => redisFaults(redis, requirements),
    startWorkers: (handlers) => startQueueWorkers({ connect: (name) => patientConnection({ url, log, name }), keys, handlers, log }),
    async close() {
      await queue.close();
      for (const connection of [redis, queueRedis, subscriber]) connection.disconnect();
    },
  };
};
