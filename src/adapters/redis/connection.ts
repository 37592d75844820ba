import { Redis } from 'ioredis';
import type { Log } from '../../ports/log.ts';

interface RedisOptions {
  readonly url: string;
  readonly log: Log;
  /** Shown by CLIENT LIST: 'store', 'queue', … */
  readonly name: string;
}

/** A command that Redis does not answer in this time fails: a command of Slack has to be answered in 3 s, and it takes three of them. */
const COMMAND_TIMEOUT_MS = 800;

/** For single commands: they fail in time while Redis is away, the connection comes back by itself. */
export const commandConnection = (options: RedisOptions): Redis => connect(options, { maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS });

/** For BullMQ's workers and for subscriptions: commands wait until Redis is back. */
export const patientConnection = (options: RedisOptions): Redis => connect(options, { maxRetriesPerRequest: null });

const connect = ({ url, log, name }: RedisOptions, behaviour: { maxRetriesPerRequest: number | null; commandTimeout?: number }): Redis => {
  const redis = new Redis(url, {
    ...behaviour,
    connectionName: `pgdist-${name}`,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(1_000, 50 * times),
  });
  // Without a listener a lost connection would end the process. One line per outage, not one per attempt.
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ connection: name, reason: error.message }, 'redis connection lost');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ connection: name }, 'redis connection back');
    away = false;
  });
  return redis;
};
