import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisCallBudget } from '../../../src/adapters/redis/call-budget.ts';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { localBudget } from '../../../src/adapters/slack/local-budget.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { CallBudget } from '../../../src/ports/call-budget.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let connections: ReturnType<typeof commandConnection>[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  for (const connection of connections) connection.disconnect();
  await server.close();
});

/** The budgets of `processes` that share one Redis, each with a connection of its own. */
const sharedBy = (processes: number, alone: CallBudget = localBudget(systemClock)): CallBudget[] => {
  const keys = keysOf(`test-${randomUUID().slice(0, 8)}`);
  return Array.from({ length: processes }, () => {
    const redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
    connections = [...connections, redis];
    return redisCallBudget({ redis, keys, clock: systemClock, log: quietLog, alone });
  });
};

const edit = { key: 'chat.update', most: 5, windowMs: 60_000 };

describe.each<[string, () => CallBudget]>([
  ['in Redis', () => sharedBy(1)[0]!],
  ['of one process', () => localBudget(systemClock)],
])('a budget %s', (_, open) => {
  test('lets so many calls pass, then tells how long the next one has to wait', async () => {
    const budget = open();
    const waits: number[] = [];
    for (let calls = 0; calls < 6; calls += 1) waits.push(await budget.take(edit));
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(waits[5]).toBeGreaterThan(50_000);
    expect(waits[5]).toBeLessThanOrEqual(60_000);
  });

  test('keeps some of the calls for what is more urgent', async () => {
    const budget = open();
    const progress = { ...edit, most: 3 };
    for (let calls = 0; calls < 3; calls += 1) expect(await budget.take(progress)).toBe(0);
    expect(await budget.take(progress)).toBeGreaterThan(0);
    expect(await budget.take(edit)).toBe(0);
  });

  test('keeps keys apart', async () => {
    const budget = open();
    for (let calls = 0; calls < 6; calls += 1) await budget.take(edit);
    expect(await budget.take({ ...edit, key: 'chat.postMessage C1' })).toBe(0);
  });

  test('rests as long as Slack asked for, and not one call less', async () => {
    const budget = open();
    await budget.take(edit);
    await budget.settle(edit, { kind: 'rate-limited', retryAfterMs: 30_000 });
    const waitMs = await budget.take(edit);
    expect(waitMs).toBeGreaterThan(25_000);
    expect(waitMs).toBeLessThanOrEqual(30_000);
  });

  test('rests ever longer while Slack does not answer, a minute at most, and not at all once it does', async () => {
    const budget = open();
    const waits: number[] = [];
    for (let failures = 0; failures < 8; failures += 1) {
      await budget.settle(edit, { kind: 'unknown' });
      waits.push(Math.ceil((await budget.take(edit)) / 1_000));
    }
    expect(waits[0]).toBeGreaterThanOrEqual(1);
    expect(waits[0]).toBeLessThanOrEqual(2);
    expect(waits.at(-1)).toBeGreaterThan(50);
    expect(waits.at(-1)).toBeLessThanOrEqual(60);
  });
});

test('several processes share one budget, whoever calls at the same time', async () => {
  const processes = sharedBy(4);
  const waits = await Promise.all(Array.from({ length: 40 }, (_, call) => processes[call % 4]!.take({ ...edit, most: 10 })));
  expect(waits.filter((ms) => ms === 0)).toHaveLength(10);
});

test('what one process was told by Slack, all of them keep to', async () => {
  const [one, other] = sharedBy(2);
  await one!.settle(edit, { kind: 'rate-limited', retryAfterMs: 20_000 });
  expect(await other!.take(edit)).toBeGreaterThan(15_000);
});

test('while Slack does not answer one call at a time finds out whether it does again; then all may', async () => {
  const [one, other] = sharedBy(2);
  await one!.settle(edit, { kind: 'unknown' });
  await eventually(async () => expect(await other!.take(edit)).toBe(0));
  expect(await one!.take(edit)).toBeGreaterThan(0);
  await other!.settle(edit, { kind: 'answered' });
  expect(await one!.take(edit)).toBe(0);
});

test('while Redis does not answer each process keeps to a budget of its own', async () => {
  const [budget] = sharedBy(1, localBudget(systemClock));
  await server.stop();
  try {
    for (let calls = 0; calls < 5; calls += 1) expect(await budget!.take(edit)).toBe(0);
    expect(await budget!.take(edit)).toBeGreaterThan(0);
    await budget!.settle(edit, { kind: 'rate-limited', retryAfterMs: 90_000 });
    expect(await budget!.take({ ...edit, most: 100 })).toBeGreaterThan(60_000);
  } finally {
    await server.start();
  }
});
