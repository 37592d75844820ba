import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/**
 * KEYS life; ARGV number of the start that was the present one: a new one is counted, unless somebody else did. Without it none is. Answers the number of
 * the present start, 0 before the first was counted. Whoever shares the server has a text of their own.
 */
const startsOf = ({ life }: Keys): string => `-- ${JSON.stringify(life)}
local number = tonumber(redis.call('HGET', KEYS[1], 'start') or '0')
if ARGV[1] and number <= tonumber(ARGV[1]) then
  number = tonumber(ARGV[1]) + 1
  redis.call('HSET', KEYS[1], 'start', number)
end
return number`;

/**
 * How often Redis was started anew, or another server took its place: what the one before was told last may be lost then (appendfsync everysec, a replica
 * that lags). Seen by the scripts that a server knows: a new one knows none. One that knew them from before, and becomes the master again without having
 * been started, is not seen.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/#script-cache
 */
export const redisStarts = ({ redis, keys }: { readonly redis: Redis; readonly keys: Keys }) => {
  const text = startsOf(keys);
  const sha = createHash('sha1').update(text).digest('hex');
  let last: number | undefined;
  return {
    /** Number of the present start, 1 or more; asked of the server itself. */
    async current(): Promise<number> {
      // Known before the question, so that of two who find a new start one counts it.
      last ??= Number((await redis.hget(keys.life, 'start')) ?? 0);
      try {
        last = Number(await redis.evalsha(sha, 1, keys.life));
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        last = Number(await redis.eval(text, 1, keys.life, last));
      }
      return Math.max(1, last);
    },
  };
};
