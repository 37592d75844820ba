import type { WatchedDatabase } from '../ports/watch-store.ts';
import type { WorkerDeps } from './worker-deps.ts';

const TICK_MS = 1_000;
/** First looks lie so far apart as a share of the interval: the looks at all databases at once would be a burst, each time. */
const SPREAD = 0.2;

type WatchDeps = Pick<WorkerDeps, 'watches' | 'looks' | 'watching' | 'clock' | 'random' | 'log'>;

/** Until the signal: queues a look at every database whose look is due. Every worker does this; the queue and a lease let one of them look. */
export const watchDatabases = async (deps: WatchDeps, signal: AbortSignal): Promise<void> => {
  let failing = false;
  while (!signal.aborted) {
    try {
      await queueLooks(deps);
      failing = false;
    } catch (error) {
      if (!failing) deps.log.warn({ reason: String(error) }, 'the watch cannot reach the store');
      failing = true;
    }
    await deps.clock.sleep(TICK_MS, signal).catch(() => undefined);
  }
};

/** In place of a database's name, which is never empty: the look ahead, which is about all of them. */
export const WHOLE_FLEET = '';

/** One round, for tests that keep time themselves. */
export const queueLooks = async ({ watches, looks, watching, clock, random }: WatchDeps): Promise<void> => {
  const now = clock.now();
  for (const [database, { rules }] of watching.databases) {
    const firstMs = now.getTime() + rules.everyMs * (1 - SPREAD * random.number());
    await watches.plan([{ fleet: watching.fleet.name, database }], new Date(firstMs));
  }
  // Ahead from the start on: what ends tomorrow is not told an hour later.
  if (watching.databases.size > 0) await watches.plan([{ fleet: watching.fleet.name, database: WHOLE_FLEET }], now);
  for (const of of await watches.due(now)) await looks.look(of);
};

/** Name of the lease of the worker that looks at a database. */
export const lookLease = ({ fleet, database }: WatchedDatabase): string => `look:${fleet}:${database}`;
