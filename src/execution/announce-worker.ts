import type { WorkerDeps } from './worker-deps.ts';

const BEAT_EACH_MS = 400;
/** A worker that died is known to be gone after this. One that gets its turns late, or its answers, asks for as much more time as it was late. */
const LIVES_MS = 3_000;
const MOST_LATE_MS = 2_000;
/** What starts has much to do at first. */
const LATE_AT_START_MS = 1_000;
/** Of it at each beat: what was slow may be so again within some seconds. */
const REMEMBERED = 0.9;
const NAME_LENGTH = 12;

type AnnounceDeps = Pick<WorkerDeps, 'beats' | 'clock' | 'random' | 'log'>;

/** Says that this worker lives, until the signal; then that it ends. Never rejects: a store that is away hears the next word. */
export const announceWorker = async ({ beats, clock, random, log }: AnnounceDeps, signal: AbortSignal): Promise<void> => {
  const name = random.id(NAME_LENGTH);
  let isHeard = true;
  let lateMs = LATE_AT_START_MS;
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
    lateMs = Math.min(MOST_LATE_MS, Math.max(late, lateMs * REMEMBERED));
  }
  await beats.withdraw(name).catch(() => undefined);
};
