import type { WorkerDeps } from './worker-deps.ts';

const BEAT_EACH_MS = 400;
/** A worker that died is known to be gone after this. One that gets its turns late, or its answers, asks for as much more time as it was late. */
const LIVES_MS = 2_500;
const MOST_LATE_MS = 2_000;
const NAME_LENGTH = 12;

type AnnounceDeps = Pick<WorkerDeps, 'beats' | 'clock' | 'random' | 'log'>;

/** Says that this worker lives, until the signal; then that it ends. Never rejects: a store that is away hears the next word. */
export const announceWorker = async ({ beats, clock, random, log }: AnnounceDeps, signal: AbortSignal): Promise<void> => {
  const name = random.id(NAME_LENGTH);
  let isHeard = true;
  let lateMs = 0;
  while (!signal.aborted) {
    const dueMs = clock.monotonicMs();
    try {
      await beats.beat(name, LIVES_MS + lateMs);
      isHeard = true;
    } catch (error) {
      if (isHeard) log.warn({ reason: String(error) }, 'the store does not hear that this worker lives');
      isHeard = false;
    }
    await clock.sleep(BEAT_EACH_MS, signal).catch(() => undefined);
    const late = clock.monotonicMs() - dueMs - BEAT_EACH_MS;
    // Forgotten by halves: what was slow may be so again.
    lateMs = Math.min(MOST_LATE_MS, Math.max(late, lateMs / 2, 0));
  }
  await beats.withdraw(name).catch(() => undefined);
};
