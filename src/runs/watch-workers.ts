import type { WorkersKnown } from '../domain/workers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { WorkerBeats } from '../ports/worker-beats.ts';

const LOOK_EACH_MS = 300;
/** A look that comes so much later than the one before says nothing of the time in between: this process had no turn. */
const GAP_MS = 2_000;
/** Workers reach a store that comes back within a second; who has listened for less does not know that nobody speaks. */
const SURE_AFTER_MS = 3_000;

/** What the bot knows of the workers. */
interface WorkersWatch {
  known(): WorkersKnown;
  /** Listens until the signal. Never rejects. */
  watch(signal: AbortSignal): Promise<void>;
}

/**
 * Nobody alive is said only after the store has answered, without a gap, for as long as a worker may be silent: a store that was away, that lost what
 * it held, or a process that stood still makes it not known.
 */
export const watchWorkers = ({
  beats,
  clock,
  log,
  namespace,
}: {
  readonly beats: Pick<WorkerBeats, 'heard'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of pgdist's own pods, where it runs in a cluster. */
  readonly namespace?: string | undefined;
}): WorkersWatch => {
  let current: WorkersKnown = { kind: 'not-known' };
  let lookedMs = -Infinity;
  let listeningSinceMs: number | undefined;
  let lastAt: string | undefined;

  const become = (next: WorkersKnown): void => {
    if (current.kind !== next.kind)
      log[next.kind === 'none' ? 'error' : 'info'](
        { workers: next.kind, ...(next.kind === 'none' && next.since !== undefined ? { since: next.since } : {}) },
        'what is known of the workers changed',
      );
    current = next;
  };
  const look = async (): Promise<void> => {
    const heard = await beats.heard();
    const nowMs = clock.monotonicMs();
    const isLost = lastAt !== undefined && heard.lastAt === undefined;
    if (listeningSinceMs === undefined || nowMs - lookedMs > GAP_MS || isLost) listeningSinceMs = nowMs;
    lookedMs = nowMs;
    ({ lastAt } = heard);
    if (heard.alive) become({ kind: 'alive' });
    else if (nowMs - listeningSinceMs < SURE_AFTER_MS) become({ kind: 'not-known' });
    else if (current.kind !== 'none' || current.since !== heard.lastAt)
      become({
        kind: 'none',
        noticedAt: clock.now().toISOString(),
        ...(heard.lastAt === undefined ? {} : { since: heard.lastAt }),
        ...(namespace === undefined ? {} : { namespace }),
      });
  };
  return {
    // What was heard last says nothing once nobody has listened for a while.
    known: () => (clock.monotonicMs() - lookedMs > GAP_MS ? { kind: 'not-known' } : current),
    async watch(signal) {
      while (!signal.aborted) {
        await look().catch(() => {
          listeningSinceMs = undefined;
          become({ kind: 'not-known' });
        });
        await clock.sleep(LOOK_EACH_MS, signal).catch(() => undefined);
      }
    },
  };
};
