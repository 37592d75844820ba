import type { Redis } from 'ioredis';
import { z } from 'zod';
import { homeId } from '../../domain/home.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Homes, Preferences } from '../../ports/homes.ts';
import type { Keys } from './keys.ts';

/** Whoever opened it longer ago looks at something else, and is told anew when they open it again. */
const FRESH_MS = 3_600_000;
/** What changes comes in bursts; and views.publish is called about 90 times a minute at most, for all people together. */
const SOON_MS = 4_000;
const APART_MS = 700;
/** More people at once are not kept fresh: the newest count. */
const MOST_VISITORS = 200;

/** KEYS visitor, visitors, due; ARGV id of the person, json, nowMs, freshMs, id for the reporter, most. */
const OPENED = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[5])
return 1`;

/** KEYS visitors, due; ARGV oldest that is fresh, nowMs, prefix of ids for the reporter, ms until the first, ms between two. Each is due then, unless it is earlier. */
const CHANGED = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])
local visitors = redis.call('ZRANGE', KEYS[1], 0, -1)
for at, visitor in ipairs(visitors) do
  local instant = ARGV[2] + ARGV[4] + (at - 1) * ARGV[5]
  local due = redis.call('ZSCORE', KEYS[2], ARGV[3] .. visitor)
  if not due or tonumber(due) > instant then redis.call('ZADD', KEYS[2], instant, ARGV[3] .. visitor) end
end
return 1`;

const visitor = z.object({ userId: z.string(), openedAt: z.string(), channels: z.array(z.string()) });

export const redisHomes = ({ redis, keys, clock }: { readonly redis: Redis; readonly keys: Keys; readonly clock: Clock }): Homes => ({
  async opened(by) {
    const { userId } = by;
    const at = clock.now().getTime();
    const ids = [keys.visitor(userId), keys.visitors, keys.reportDue] as const;
    await redis.eval(OPENED, 3, ...ids, userId, JSON.stringify(by), at, FRESH_MS, homeId(userId), MOST_VISITORS);
  },
  async visitor(userId) {
    const read = visitor.safeParse(parsed(await redis.get(keys.visitor(userId))));
    return read.success ? read.data : undefined;
  },
  async forget(userId) {
    await redis.multi().del(keys.visitor(userId)).zrem(keys.visitors, userId).exec();
  },
  async changed() {
    const now = clock.now().getTime();
    await redis.eval(CHANGED, 2, keys.visitors, keys.reportDue, now - FRESH_MS, now, homeId(''), SOON_MS, APART_MS);
  },
});

const parsed = (json: string | null): unknown => {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
};

export const redisPreferences = ({ redis, keys }: { readonly redis: Redis; readonly keys: Keys }): Preferences => ({
  notified: async (userId) => (await redis.sismember(keys.notNotified, userId)) === 0,
  async setNotified(userId, notified) {
    await (notified ? redis.srem(keys.notNotified, userId) : redis.sadd(keys.notNotified, userId));
  },
});
