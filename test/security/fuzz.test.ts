import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz, inputText } from '../fuzz/fuzz.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

test('no command, envelope or configuration made at random ends the process, stays unanswered, or changes what its person may not change', async () => {
  const { breaches, count, byPart } = await fuzz({ seed: 20_261_128, count: 500, redisUrl: redis.url });
  expect(breaches.map(({ what, input }) => `${what}: ${inputText(input)}`)).toEqual([]);
  expect(count).toBe(500);
  expect(Object.keys(byPart).toSorted()).toEqual(['command', 'configuration', 'http', 'socket']);
});
