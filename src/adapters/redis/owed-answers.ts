import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { OwedAnswer, OwedAnswers } from '../../ports/owed-answers.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import type { Keys } from './keys.ts';

const MINE_MS = 10_000;
/** Whoever asked longer ago has looked elsewhere meanwhile. */
const KEPT_MS = 30 * 60_000;
const MOST_TAKEN = 20;

/** KEYS answer, owed; ARGV id, json, dueMs, keptMs. */
const OWE = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1`;

/** KEYS owed; ARGV nowMs, dueAgainMs, most, prefix of an answer's key. Answers the JSON of those that are due, and forgets those that are not kept any more. */
const TAKE = `
local taken = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  local json = redis.call('GET', ARGV[4] .. id)
  if json then
    redis.call('ZADD', KEYS[1], ARGV[2], id)
    taken[#taken + 1] = json
  else redis.call('ZREM', KEYS[1], id) end
end
return taken`;

const stored = z.object({
  id: z.string(),
  by: z.object({ userId: z.string(), teamId: z.string() }),
  what: z.string(),
  runId: z.string().exactOptional(),
  channel: z.string().exactOptional(),
  threadTs: z.string().exactOptional(),
  at: z.string(),
});

interface OwedDeps {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Goes over everything that is written. */
  readonly redactor: Redactor;
}

export const redisOwedAnswers = ({ redis, keys, clock, redactor }: OwedDeps): OwedAnswers => ({
  async owe(answer) {
    const json = JSON.stringify(redactor.value(answer));
    await redis.eval(OWE, 2, keys.owedAnswer(answer.id), keys.owed, answer.id, json, clock.now().getTime() + MINE_MS, KEPT_MS);
  },
  async settle(id) {
    await redis.multi().del(keys.owedAnswer(id)).zrem(keys.owed, id).exec();
  },
  async take() {
    const now = clock.now().getTime();
    const found = (await redis.eval(TAKE, 1, keys.owed, now, now + MINE_MS, MOST_TAKEN, keys.owedAnswer(''))) as readonly string[];
    return found.map((json) => answerIn(json)).filter((answer) => answer !== undefined);
  },
});

/** undefined: another version wrote it. */
const answerIn = (json: string): OwedAnswer | undefined => {
  try {
    return stored.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
};
