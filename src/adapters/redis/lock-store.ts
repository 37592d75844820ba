import type { Redis } from 'ioredis';
import type { RunStore } from '../../ports/run-store.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import type { Keys } from './keys.ts';
import { storedLock } from './stored-run.ts';

/** Locks of databases against deploys: of each one key, without an end of its own. */
export const redisLocks = ({
  redis,
  keys,
  redactor,
}: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly redactor: Redactor;
}): Pick<RunStore, 'lock' | 'unlock' | 'locked'> => {
  const locked: RunStore['locked'] = async (fleet, database) => storedLock(await redis.get(keys.locked(fleet, database)));
  return {
    locked,
    async lock(fleet, database, lock) {
      const json = JSON.stringify(redactor.value(lock));
      if ((await redis.set(keys.locked(fleet, database), json, 'NX')) !== null) return undefined;
      const before = await locked(fleet, database);
      // The connection broke before the answer came, and it was sent again.
      return JSON.stringify(before) === json ? undefined : before;
    },
    async unlock(fleet, database) {
      const before = await locked(fleet, database);
      await redis.del(keys.locked(fleet, database));
      return before;
    },
  };
};
