import { afterEach, expect, test } from 'vitest';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { redisFaults } from '../../../src/adapters/redis/readiness.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis | undefined;
afterEach(() => server?.close());

const faultsOf = async (args: readonly string[], requirePersistence = true): Promise<string[]> => {
  server = await startRedis(args);
  const redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  try {
    return await redisFaults(redis, { requirePersistence });
  } finally {
    redis.disconnect();
  }
};

test('a Redis with AOF and noeviction is fit', async () => {
  expect(await faultsOf(['--appendonly', 'yes'])).toEqual([]);
});

test('a Redis that may evict keys, or forgets them with its process, is not', async () => {
  expect(await faultsOf(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru'])).toEqual([
    expect.stringContaining('allkeys-lru'),
    expect.stringContaining('appendonly is off'),
  ]);
});

test('AOF may be off where the configuration says so', async () => {
  expect(await faultsOf(['--appendonly', 'no'], false)).toEqual([]);
});
