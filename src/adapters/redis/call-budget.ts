import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { restAfterMs, type CallBudget, type CallEnd } from '../../ports/call-budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Keys } from './keys.ts';

/**
 * KEYS calls (sorted set by instant), rest (hash); ARGV id, most, windowMs, then the rest after 1, 2, … failures. By the clock of Redis, which all
 * processes share. Answers the milliseconds to wait, 0 when the call is counted, -1 when it is and finds out whether Slack answers again.
 */
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local till = tonumber(redis.call('HGET', KEYS[2], 'until') or '0')
if till > now then return till - now end
local window = tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local most = tonumber(ARGV[2])
local blocking = redis.call('ZREVRANGE', KEYS[1], most - 1, most - 1, 'WITHSCORES')
if blocking[2] then return math.max(1, tonumber(blocking[2]) + window - now) end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], window)
local failures = tonumber(redis.call('HGET', KEYS[2], 'failures') or '0')
if failures > 0 then
  local rest = tonumber(ARGV[3 + math.min(failures, #ARGV - 3)])
  redis.call('HSET', KEYS[2], 'until', now + rest)
  return -1
end
return 0`;

/** KEYS rest; ARGV kind, retryAfterMs, then the rest after 1, 2, … failures. */
const SETTLE = `
if ARGV[1] == 'answered' then return redis.call('DEL', KEYS[1]) end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local rest = tonumber(ARGV[2])
if ARGV[1] == 'unknown' then
  local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
  rest = tonumber(ARGV[2 + math.min(failures, #ARGV - 2)])
end
local till = math.max(now + rest, tonumber(redis.call('HGET', KEYS[1], 'until') or '0'))
redis.call('HSET', KEYS[1], 'until', till)
redis.call('PEXPIRE', KEYS[1], till - now + 600000)
return 1`;

const RESTS = Array.from({ length: 6 }, (_, index) => restAfterMs(index + 1));
/** A click must be answered within three seconds: whoever keeps the budget does not take them. */
const ANSWER_WITHIN_MS = 250;
/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the budget answered first');

/** The budget of all processes on this Redis; while it does not answer in time each keeps to `alone`. */
export const redisCallBudget = ({
  redis,
  keys,
  clock,
  log,
  alone,
}: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Log;
  readonly alone: CallBudget;
}): CallBudget => {
  /** Keys that rested when they were asked for last. */
  const resting = new Set<string>();
  const inTime = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    const over = new AbortController();
    const late = clock.sleep(ANSWER_WITHIN_MS, over.signal).catch(() => undefined);
    const answered = asked.catch((error: unknown) => {
      log.debug({ reason: String(error) }, 'budget of slack calls not kept in redis');
      return undefined;
    });
    const first = await Promise.race([answered, late.then(() => undefined)]);
    over.abort(OVER);
    return first;
  };
  return {
    async take(call) {
      const { key, most, windowMs } = call;
      const waitMs = await inTime(redis.eval(TAKE, 2, keys.slackCalls(key), keys.slackRest(key), randomUUID(), most, windowMs, ...RESTS));
      if (typeof waitMs !== 'number') return alone.take(call);
      if (waitMs < 0) resting.add(key);
      return Math.max(0, waitMs);
    },
    async settle(call, end: CallEnd) {
      await alone.settle(call, end);
      // None for the many calls that are simply answered.
      if (end.kind === 'answered' && !resting.delete(call.key)) return;
      await inTime(redis.eval(SETTLE, 1, keys.slackRest(call.key), end.kind, end.kind === 'rate-limited' ? end.retryAfterMs : 0, ...RESTS));
    },
  };
};
