import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import type { WorkerBeats } from '../../ports/worker-beats.ts';
import type { Keys } from './keys.ts';
import { BEAT, HEARD } from './scripts.ts';

/** Of workers that were not heard for so long the names are forgotten; the instant of the newest is kept. */
const FORGOTTEN_MS = 3_600_000;
/** For so long it is known since when none is alive. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** A key with an expiry for each worker, by which Redis itself counts the time, and when each was heard last, by the worker's clock. */
export const redisWorkerBeats = ({ redis, keys, clock }: { readonly redis: Redis; readonly keys: Keys; readonly clock: Clock }): WorkerBeats => ({
  async beat(name, forMs) {
    const nowMs = clock.now().getTime();
    await redis.eval(BEAT, 2, keys.worker(name), keys.workers, name, nowMs, Math.round(forMs), nowMs - FORGOTTEN_MS, KEPT_MS);
  },
  async withdraw(name) {
    await redis.del(keys.worker(name));
  },
  async heard() {
    const [alive, lastMs] = (await redis.eval(HEARD, 1, keys.workers, keys.worker(''))) as [number, string | null];
    const at = new Date(lastMs === null ? Number.NaN : Number(lastMs));
    return { alive: alive === 1, ...(Number.isNaN(at.getTime()) ? {} : { lastAt: at.toISOString() }) };
  },
});
