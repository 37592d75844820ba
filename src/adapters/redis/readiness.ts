import type { Redis } from 'ioredis';
import { clusterFault, redisFault, replicaFault, type RedisFault, type RedisPlace } from './redis-fault.ts';
import { beginLook, rightFaults } from './rights.ts';

/** What was seen of a Redis. */
export interface Examination {
  /** What keeps it from being used; empty when it is fit. */
  readonly faults: readonly RedisFault[];
  /** What could not be asked, one sentence each: it may be right or wrong. */
  readonly unknown: readonly string[];
}

interface Requirements {
  readonly requirePersistence: boolean;
  readonly prefix: string;
  readonly place: RedisPlace;
}

/** Asks Redis how it is set and what this user may do; rejects when it does not answer. Nothing else may use the connection meanwhile. */
export const examine = async (redis: Redis, { requirePersistence, prefix, place }: Requirements): Promise<Examination> => {
  const asked = infoOf(redis);
  const begun = beginLook(redis);
  const [info, rights] = await Promise.all([asked, rightFaults(redis, begun, prefix, place)]);
  const kind = typeof info === 'string' ? undefined : wrongKind(info, place);
  // All else would be refused for this one reason.
  if (kind !== undefined) return { faults: [kind], unknown: [] };
  if (typeof info === 'string') return { faults: rights, unknown: [`how Redis at ${place.at} is set is not known (${info}): ${WANTED}`] };
  const { faults, unknown } = settingFaults(info, requirePersistence);
  return { faults: [...faults, ...rights], unknown };
};

const WANTED = 'see yourself that it is 6.2 or later, with maxmemory-policy noeviction and appendonly yes';

/** The fields, or why they are not told. */
const infoOf = async (redis: Redis): Promise<Map<string, string> | string> => {
  try {
    return fieldsOf(await redis.info());
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('NOPERM')) return 'the user may not ask INFO';
    if (/unknown command/i.test(message)) return 'it has no INFO';
    throw error;
  }
};

/** A Redis that is no single master, or not yet. */
const wrongKind = (info: Map<string, string>, place: RedisPlace): RedisFault | undefined => {
  const mode = info.get('redis_mode') ?? info.get('server_mode');
  if (mode === 'sentinel')
    return {
      kind: 'setting',
      text: `what answers at ${place.at} is a Sentinel: write redis+sentinel://host:port/NAME in REDIS_URL, with the name of the master`,
    };
  if (mode === 'cluster' || info.get('cluster_enabled') === '1') return clusterFault(place);
  if (info.get('loading') === '1') return redisFault(new Error('LOADING'), place);
  return info.get('role') === 'slave' || info.get('role') === 'replica' ? replicaFault(place) : undefined;
};

/** BullMQ's advised minimum. */
const OLDEST = { major: 6, minor: 2 };

const settingFaults = (info: Map<string, string>, requirePersistence: boolean): Examination => {
  const faults: RedisFault[] = [];
  const unknown: string[] = [];
  const setting = (text: string): void => void faults.push({ kind: 'setting', text });
  const version = info.get('redis_version');
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined) unknown.push(`the version of Redis is not known, needed is ${OLDEST.major}.${OLDEST.minor} or later`);
  else if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor))
    setting(`Redis is ${version}, needed is ${OLDEST.major}.${OLDEST.minor} or later`);
  const policy = info.get('maxmemory_policy');
  if (policy === undefined) unknown.push('the maxmemory-policy of Redis is not known: see yourself that it is noeviction, or runs could be evicted');
  else if (policy !== 'noeviction') setting(`maxmemory-policy is ${policy}, so that runs could be evicted: set it to noeviction`);
  const appends = info.get('aof_enabled');
  if (requirePersistence && appends === undefined)
    unknown.push('whether Redis has appendonly on is not known: without it runs are lost with the process');
  else if (requirePersistence && appends !== '1')
    setting('appendonly is off, so that runs are lost with the process: set it to yes, or redis.requirePersistence to false');
  return { faults, unknown };
};

const fieldsOf = (info: string): Map<string, string> =>
  new Map(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
