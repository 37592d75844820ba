import type { Redis } from 'ioredis';

/** What keeps this Redis from being used, one sentence each; empty when it is fit. BullMQ itself only prints a warning. */
export const redisFaults = async (redis: Redis, { requirePersistence }: { readonly requirePersistence: boolean }): Promise<string[]> => {
  const info = fieldsOf(await redis.info());
  const faults: string[] = [];
  const [major = 0, minor = 0] = (info.get('redis_version') ?? '0.0').split('.').map(Number);
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor))
    faults.push(`Redis is ${info.get('redis_version')}, needed is ${OLDEST.major}.${OLDEST.minor} or later`);
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction')
    faults.push(`maxmemory-policy is ${policy}, so that runs could be evicted: set it to noeviction`);
  if (requirePersistence && info.get('aof_enabled') !== '1')
    faults.push('appendonly is off, so that runs are lost with the process: set it to yes, or redis.requirePersistence to false');
  return faults;
};

/** BullMQ's advised minimum. */
const OLDEST = { major: 6, minor: 2 };

const fieldsOf = (info: string): Map<string, string> =>
  new Map(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
