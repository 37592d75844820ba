import { afterEach, expect, test } from 'vitest';
import { openRedis } from '../../../src/adapters/redis/index.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis | undefined;
afterEach(() => server?.close());

const faultsOf = async (args: readonly string[], requirePersistence = true): Promise<string[]> => {
  server = await startRedis(args);
  const redis = openRedis({ url: server.url, prefix: 'pgdist', clock: systemClock, log: quietLog });
  try {
    const { faults } = await redis.examine({ requirePersistence });
    return faults.map(({ kind, text }) => `${kind}: ${text}`);
  } finally {
    await redis.close();
  }
};

test('a Redis with AOF and noeviction is fit', async () => {
  expect(await faultsOf(['--appendonly', 'yes'])).toEqual([]);
});

test('a Redis that may evict keys, or forgets them with its process, is not', async () => {
  expect(await faultsOf(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru'])).toEqual([
    expect.stringMatching(/^setting: .*allkeys-lru/),
    expect.stringMatching(/^setting: .*appendonly is off/),
  ]);
});

test('AOF may be off where the configuration says so', async () => {
  expect(await faultsOf(['--appendonly', 'no'], false)).toEqual([]);
});
