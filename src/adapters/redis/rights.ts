import type { Redis } from 'ioredis';
import { redisFault, type RedisFault, type RedisPlace } from './redis-fault.ts';

/**
 * Every command that pgdist and BullMQ send, also from within scripts, with what follows the key when Redis is asked whether it may be sent.
 * A test holds the list against what the scripts of both call and what a whole run sends.
 */
const ON_KEYS: Readonly<Record<string, readonly string[]>> = {
  BZPOPMIN: ['1'],
  DEL: [],
  EXISTS: [],
  GET: [],
  GETRANGE: ['0', '0'],
  HDEL: ['f'],
  HEXISTS: ['f'],
  HGET: ['f'],
  HGETALL: [],
  HINCRBY: ['f', '1'],
  HMGET: ['f'],
  HMSET: ['f', 'v'],
  HSET: ['f', 'v'],
  HSTRLEN: ['f'],
  INCR: [],
  LLEN: [],
  LPOS: ['v'],
  LPUSH: ['v'],
  LRANGE: ['0', '0'],
  LREM: ['0', 'v'],
  LTRIM: ['0', '0'],
  PERSIST: [],
  PEXPIRE: ['1'],
  PTTL: [],
  RPUSH: ['v'],
  SADD: ['m'],
  SCARD: [],
  SET: ['v'],
  SISMEMBER: ['m'],
  SMEMBERS: [],
  SREM: ['m'],
  STRLEN: [],
  XADD: ['*', 'f', 'v'],
  XLEN: [],
  XRANGE: ['-', '+'],
  XREVRANGE: ['+', '-'],
  XTRIM: ['MAXLEN', '1'],
  ZADD: ['1', 'm'],
  ZCARD: [],
  ZPOPMIN: [],
  ZRANGE: ['0', '0'],
  ZRANGEBYSCORE: ['0', '1'],
  ZREM: ['m'],
  ZREMRANGEBYRANK: ['0', '0'],
  ZREMRANGEBYSCORE: ['0', '1'],
  ZREVRANGE: ['0', '0'],
  ZREVRANGEBYSCORE: ['1', '0'],
  ZSCORE: ['m'],
};

const otherCommands = (key: string, channel: string): Readonly<Record<string, readonly string[]>> => ({
  RPOPLPUSH: [key, key],
  EVAL: ['return 1', '1', key],
  EVALSHA: ['0'.repeat(40), '1', key],
  PUBLISH: [channel, ''],
  TIME: [],
});

/** Sent as well, and not looked at beforehand: the first two ask, a connection is nothing without the others. */
const WITHOUT_QUESTION = ['MULTI', 'DISCARD', 'SELECT', 'SUBSCRIBE', 'UNSUBSCRIBE', 'QUIT', 'HELLO', 'AUTH'] as const;
/** Of use where they are allowed: without INFO pgdist cannot know how Redis is set, and says so. */
const ASKED_IF_ALLOWED = ['INFO', 'CLIENT'] as const;

/** All of them, sorted. Exported for tests. */
export const NEEDED_COMMANDS: readonly string[] = [
  ...Object.keys(ON_KEYS),
  ...Object.keys(otherCommands('', '')),
  ...WITHOUT_QUESTION,
  ...ASKED_IF_ALLOWED,
].toSorted();

/** The user with all rights that pgdist needs, and no other. Exported for tests, which hold docs/requirements.md against it. */
export const aclLine = (user: string, prefix: string): string =>
  `ACL SETUSER ${user} on >PASSWORD resetkeys resetchannels -@all ~${prefix}:* &${prefix}:* ${NEEDED_COMMANDS.map((name) => `+${name.toLowerCase()}`).join(' ')}`;

/** Begins the transaction in which rights are looked at. */
export const beginLook = (redis: Redis): Promise<unknown> => redis.call('MULTI');

/**
 * What keeps this user from working, right by right, once `begun` says that a transaction has begun. `redis` is used for nothing else meanwhile, and sends
 * nothing again by itself: the transaction is discarded, so that Redis looks at rights and at its own state and does nothing.
 */
export const rightFaults = async (redis: Redis, begun: Promise<unknown>, prefix: string, place: RedisPlace): Promise<RedisFault[]> => {
  const key = `${prefix}:rights`;
  const commands = [
    ...Object.entries(ON_KEYS).map(([name, rest]) => [name, key, ...rest] as const),
    ...Object.entries(otherCommands(key, `${prefix}:cancelled`)).map(([name, rest]) => [name, ...rest] as const),
  ];
  try {
    await begun;
  } catch (error) {
    return faultsOf([{ command: 'MULTI', error: error as Error }], prefix, place);
  }
  const answers = await Promise.allSettled([...commands.map(([name, ...rest]) => redis.call(name, ...rest)), redis.call('DISCARD')]);
  return faultsOf(
    answers.flatMap((answer, index) =>
      answer.status === 'rejected' ? { command: commands[index]?.[0] ?? 'DISCARD', error: answer.reason as Error } : [],
    ),
    prefix,
    place,
  );
};

interface Refusal {
  readonly command: string;
  readonly error: Error;
}

const faultsOf = (refusals: readonly Refusal[], prefix: string, place: RedisPlace): RedisFault[] => {
  const missing = refusals.filter(({ error }) => error.message.startsWith('NOPERM'));
  const unknown = refusals.filter(({ error }) => /unknown command/i.test(error.message)).map(({ command }) => command);
  const others = refusals.filter(({ error }) => !/^NOPERM|unknown command/i.test(error.message)).map(({ error }) => redisFault(error, place));
  return [
    ...(missing.length === 0 ? [] : [missingRights(missing, prefix, place)]),
    ...(unknown.length === 0
      ? []
      : [
          {
            kind: 'setting' as const,
            text: `Redis at ${place.at} lacks ${unknown.join(', ')} (renamed or switched off), which pgdist needs: allow them`,
          },
        ]),
    ...new Map(others.map((fault) => [fault.text, fault])).values(),
  ];
};

const missingRights = (missing: readonly Refusal[], prefix: string, { at, user }: RedisPlace): RedisFault => {
  const isKeys = ({ error }: Refusal): boolean => /keys?\b/i.test(error.message) && !/ command/.test(error.message);
  const isChannels = ({ error }: Refusal): boolean => /channels?\b/i.test(error.message);
  const commands = missing.filter((refusal) => !isKeys(refusal) && !isChannels(refusal)).map(({ command }) => `+${command.toLowerCase()}`);
  const rules = [...(missing.some(isKeys) ? [`~${prefix}:*`] : []), ...(missing.some(isChannels) ? [`&${prefix}:*`] : []), ...commands];
  return { kind: 'setting', text: `Redis at ${at} refuses the user ${user} what pgdist needs; give it: ACL SETUSER ${user} ${rules.join(' ')}` };
};

/** Whether the user may hear of cancels. Opens a connection of its own with `open`, since a subscribed one takes no other commands. */
export const channelFault = async (open: () => Redis, prefix: string, place: RedisPlace): Promise<RedisFault[]> => {
  const redis = open();
  try {
    await redis.subscribe(`${prefix}:cancelled`);
    return [];
  } catch (error) {
    const { message } = error as Error;
    if (!message.startsWith('NOPERM')) return [redisFault(error, place)];
    return faultsOf([{ command: 'SUBSCRIBE', error: error as Error }], prefix, place);
  } finally {
    redis.disconnect();
  }
};
