import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import type { Fault } from './faults.ts';
import { play } from './play.ts';
import type { Meddle } from './processes.ts';
import { shortest } from './shrink.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis(['--save', '', '--appendonly', 'no']);
});
afterAll(() => redis.close());

const STORIES = 20;

test('whatever befalls calls and processes, what was told is true, and nothing is lost or done twice', async () => {
  const violations: string[] = [];
  let planted = 0;
  let accepted = 0;
  for (let seed = 1; seed <= STORIES; seed += 1) {
    const played = await play({ seed, redisUrl: redis.url });
    planted += played.planted.length;
    accepted += played.asked.filter(({ told }) => told === 'yes').length;
    violations.push(...played.violations.map((violation) => `seed ${seed}: ${violation}`));
  }
  expect(violations).toEqual([]);
  // It happened at all.
  expect(planted).toBeGreaterThan(STORIES);
  expect(accepted).toBeGreaterThan(STORIES);
});

test('the same seed is the same story', async () => {
  const [first, second] = [await play({ seed: 7, redisUrl: redis.url }), await play({ seed: 7, redisUrl: redis.url })];
  expect(second.trace).toBe(first.trace);
  expect(second.virtualMs).toBe(first.virtualMs);
});

test('what is shown is not forgotten where a write of it that timed out is done after later ones', async () => {
  const { planted, violations } = await play({
    seed: 936,
    redisUrl: redis.url,
    faults: [{ at: 'worker SET_SHOWN', nth: 1, kind: 'late', ms: 2_053 }],
  });
  expect(planted).toHaveLength(1);
  expect(violations).toEqual([]);
});

test('a plan that is in its thread as a file is not attached again where Redis lost everything', async () => {
  const { planted, violations } = await play({ seed: 351, redisUrl: redis.url, faults: [{ at: 'time', nth: 8_533, kind: 'flush', ms: 11_901 }] });
  expect(planted).toHaveLength(1);
  expect(violations).toEqual([]);
});

test.each([
  [1, 1_500, 900],
  [3, 4_500, 900],
  [6, 8_014, 9_860],
  [7, 15_933, 317],
  [41, 5_179, 10_710],
  [59, 7_721, 4_290],
  [144, 836, 664],
])('what Redis was told last and lost is done again, no message comes twice and none tells of it: story %i', async (seed, nth, ms) => {
  const { planted, violations } = await play({ seed, redisUrl: redis.url, faults: [{ at: 'time', nth, kind: 'lose-last', ms }] });
  expect(planted).toHaveLength(1);
  expect(violations).toEqual([]);
});

/** Takes a time-out of the accepting write for a no, as if nothing could have been stored: what a bot did once. */
const lying: Meddle = (store) => ({
  ...store,
  create: async (run, key) => {
    const { acceptBy: _, ...whole } = run;
    return store.create(whole, key);
  },
});

test('a store that accepts what was told not to be accepted is found, and the one fault that shows it', async () => {
  const redisUrl = redis.url;
  const noise: readonly Fault[] = [
    { at: 'worker READ', nth: 5, kind: 'slow', ms: 300 },
    { at: 'worker chat.postMessage', nth: 1, kind: 'limit' },
    { at: 'time', nth: 9_000, kind: 'drop-leases' },
  ];
  const faults: readonly Fault[] = [...noise, { at: 'bot CREATE', nth: 1, kind: 'lose' }];
  // Where the command comes twice its second bot finds the run, and says so.
  let first = await play({ seed: 1, redisUrl, meddle: lying, faults });
  while (first.violations.length === 0 && first.seed < 20) first = await play({ seed: first.seed + 1, redisUrl, meddle: lying, faults });
  const { seed } = first;
  const least = await shortest(first, (fewer) => play({ seed, redisUrl, meddle: lying, faults: fewer }));
  expect(least.faults).toEqual([{ at: 'bot CREATE', nth: 1, kind: 'lose' }]);
  expect(least.violations.join('\n')).toContain('what was told not to be accepted never runs');
});
