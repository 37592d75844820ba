import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** Id of this installation of pgdist: made once, then shared by all its processes; the hub's Lease names it. */
export const installationId = async ({ redis, keys }: { readonly redis: Redis; readonly keys: Keys }): Promise<string> => {
  await redis.set(keys.installation, `pgdist-${randomUUID().slice(0, 8)}`, 'NX');
  const id = await redis.get(keys.installation);
  if (id === null) throw new Error('Redis lost the id of this installation while it was read');
  return id;
};
