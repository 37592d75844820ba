import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';

const entry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('string'), value: z.string() }),
  z.object({ type: z.literal('hash'), value: z.record(z.string(), z.string()) }),
  z.object({ type: z.literal('set'), value: z.array(z.string()) }),
  z.object({ type: z.literal('list'), value: z.array(z.string()) }),
  /** Members and scores in turn. */
  z.object({ type: z.literal('zset'), value: z.array(z.string()) }),
  z.object({ type: z.literal('stream'), value: z.array(z.tuple([z.string(), z.array(z.string())])) }),
]);

/** What a pgdist of this commit stored, without the queue, put into a Redis under a prefix of its own; returns the prefix and the run's id. */
export const storedBy = async (commit: string, state: string, url: string): Promise<{ readonly prefix: string; readonly runId: string }> => {
  const text = await readFile(new URL(`../fixtures/stores/${commit}/${state}.json`, import.meta.url), 'utf8');
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const redis = new Redis(url);
  const [runId = ''] = Object.keys(JSON.parse(text) as object).flatMap((key) => /^PREFIX:run:(\w+)$/.exec(key)?.[1] ?? []);
  for (const [name, value] of Object.entries(z.record(z.string(), entry).parse(JSON.parse(text))))
    await put(redis, name.replace('PREFIX', prefix), value);
  redis.disconnect();
  return { prefix, runId };
};

const put = async (redis: Redis, key: string, { type, value }: z.infer<typeof entry>): Promise<void> => {
  switch (type) {
    case 'string':
      return void (await redis.set(key, value));
    case 'hash':
      return void (await redis.hset(key, value));
    case 'set':
      return void (await redis.sadd(key, ...value));
    case 'list':
      return void (await redis.rpush(key, ...value));
    case 'zset':
      for (let at = 0; at < value.length; at += 2) await redis.zadd(key, value[at + 1]!, value[at]!);
      return;
    case 'stream':
      for (const [id, words] of value) await redis.xadd(key, id, ...words);
  }
};
