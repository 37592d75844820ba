import { Redis, type RedisOptions } from 'ioredis';
import { redisAddress, type RedisAccess, type RedisAddress, placeOfRedis } from '../../domain/redis-address.ts';
import type { Log } from '../../ports/log.ts';
import { connectOptions } from './connect-options.ts';
import { saysReplica, type RedisPlace } from './redis-fault.ts';

/** A command that Redis does not answer in this time fails: a command of Slack has to be answered in 3 s, and it takes three of them. */
export const COMMAND_TIMEOUT_MS = 800;
/** A connection on which nothing comes for so long after a command is given up: nobody said that the other end is gone. */
const SILENCE_MS = 5_000;
/** BullMQ's workers wait up to 10 s for a job (its maximumBlockTimeout). */
const BLOCKING_SILENCE_MS = 12_000;
/** While one address leads to a replica, all connections are opened again this often at most. */
const RENEW_EACH_MS = 1_000;
/** What follows a renewal sooner belongs to the same failover. */
const TELL_AGAIN_MS = 10_000;

export interface RedisTarget {
  readonly url: string;
  readonly access?: RedisAccess;
  readonly log: Log;
  /** Milliseconds after which a single command has failed; default 800. */
  readonly commandTimeoutMs?: number;
}

/** All connections of a process to one Redis: when one of them finds out that it leads to a replica now, all are opened again. */
export interface RedisConnections {
  readonly place: RedisPlace;
  /** For single commands: they fail in time while Redis is away, the connection comes back by itself. `name` is shown by CLIENT LIST. */
  command(name: string, timeoutMs?: number): Redis;
  /** For BullMQ's workers and for subscriptions: commands wait until Redis is back. */
  patient(name: string): Redis;
  /** For looking at Redis: sends nothing twice and nothing later, since what it sends counts only as it was sent. Rejects while it is not open. */
  looking(name: string, timeoutMs: number): Redis;
  /** Opens all again, once a second at most; for whoever sees that they lead to a replica. */
  renew(reason: string): boolean;
  /** What the connection was told last, undefined while it is open. */
  troubleOf(redis: Redis): Error | undefined;
  /** What is wrong with files that connections need. */
  fileFaults(): readonly string[];
}

/** Throws an Error that says what is wrong with the URL. */
export const redisConnections = ({ url, access = {}, log, commandTimeoutMs = COMMAND_TIMEOUT_MS }: RedisTarget): RedisConnections => {
  const address = redisAddress(url);
  if (typeof address === 'string') throw new Error(`the address of Redis ${address}`);
  const files = new Map<string, string>();
  const onFile = (setting: string, fault: string | undefined): void => {
    if (fault !== undefined && files.get(setting) !== fault) log.warn({ fault }, 'file for redis cannot be read');
    if (fault === undefined) files.delete(setting);
    else files.set(setting, fault);
  };
  const open = new Set<Redis>();
  const troubles = new WeakMap<Redis, Error>();
  let renewedMs = -Infinity;

  /** False: it was done a moment ago, and whoever asks hears the error. */
  const renew = (reason: string): boolean => {
    const nowMs = performance.now();
    if (nowMs - renewedMs < RENEW_EACH_MS) return false;
    if (nowMs - renewedMs > TELL_AGAIN_MS) log.warn({ reason }, 'redis is a replica, connecting again');
    renewedMs = nowMs;
    for (const redis of open) if (redis.status === 'ready') redis.disconnect(true);
    return true;
  };

  const own = (options: RedisOptions): Redis => {
    const redis = new Redis({ ...options, replyMapping: 'legacy' });
    open.add(redis);
    redis.on('end', () => open.delete(redis));
    redis.on('ready', () => {
      open.add(redis);
      if (redis.stream.writable) troubles.delete(redis);
    });
    redis.on('sentinelError', (error: Error) => void troubles.set(redis, error));
    let answered = false;
    redis.on('connecting', () => (answered = false));
    redis.on('error', (error: Error) => {
      // What Redis answered says more than that it closed the connection then, and what one Sentinel said more than that all are away.
      const less = error.name === 'ReplyError' ? false : answered || (error.message.startsWith('All sentinels') && troubles.has(redis));
      if (!less) troubles.set(redis, error);
      answered ||= error.name === 'ReplyError';
      // ioredis would go on in database 0.
      if (isWrongDatabase(error)) redis.disconnect(true);
    });
    // BullMQ opens the connections on which its workers wait so.
    redis.duplicate = (override) => own({ ...options, ...override });
    return redis;
  };

  const connect = (name: string, behaviour: RedisOptions): Redis => {
    const redis = own({
      ...connectOptions(address, access, onFile),
      connectionName: `pgdist-${name}`,
      retryStrategy: (times) => Math.min(1_000, 50 * times),
      // 2: the command was not done, and is sent again on the new connection.
      reconnectOnError: (error) => (saysReplica(error) && renew(error.message) ? 2 : false),
      ...behaviour,
    });
    tellOutages(redis, name, log);
    return redis;
  };

  return {
    place: placeFor(address),
    command: (name, commandTimeout = commandTimeoutMs) =>
      connect(name, { maxRetriesPerRequest: 1, commandTimeout, socketTimeout: Math.max(SILENCE_MS, 2 * commandTimeout) }),
    patient: (name) => connect(name, { maxRetriesPerRequest: null, socketTimeout: BLOCKING_SILENCE_MS }),
    looking: (name, commandTimeout) =>
      connect(name, {
        maxRetriesPerRequest: 0,
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        reconnectOnError: null,
        commandTimeout,
        socketTimeout: 2 * commandTimeout,
      }),
    renew,
    troubleOf: (redis) => troubles.get(redis),
    fileFaults: () => [...files.values()],
  };
};

/** One connection alone. */
export const commandConnection = ({ name, ...target }: RedisTarget & { readonly name: string }): Redis => redisConnections(target).command(name);

const placeFor = (address: RedisAddress): RedisPlace => ({
  at: placeOfRedis(address),
  user: address.username ?? 'default',
  db: address.db,
  tls: address.tls,
  sentinel: address.kind === 'sentinel',
});

const isWrongDatabase = ({ message }: Error): boolean => /DB index|SELECT is not allowed|'select' command/i.test(message);

/** Without a listener a lost connection would end the process. One line per outage, not one per attempt. */
const tellOutages = (redis: Redis, name: string, log: Log): void => {
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ connection: name, reason: error.message }, 'redis connection lost');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ connection: name }, 'redis connection back');
    away = false;
  });
};
