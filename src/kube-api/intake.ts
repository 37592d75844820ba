import { INTAKE } from './limits.ts';
import { systemPace, type Pace } from './pace.ts';

/** What the answers of one API server share. */
export interface Intake {
  /** Resolves when so much more may be taken; rejects with the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
  /** Resolves with the way to give it back when it is this large answer's turn; rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<() => void>;
}

/** A burst, then a rate (INTAKE). */
export const pacedIntake = (pace: Pace = systemPace): Intake => {
  let level = 0;
  let atMs = pace.monotonicMs();
  return {
    async take(bytes, signal) {
      const nowMs = pace.monotonicMs();
      level = Math.max(0, level - ((nowMs - atMs) / 1000) * INTAKE.bytesPerSecond) + bytes;
      atMs = nowMs;
      const waitMs = ((level - INTAKE.burstBytes) / INTAKE.bytesPerSecond) * 1000;
      if (waitMs > 0) await pace.sleep(waitMs, signal);
    },
    turn: oneAtATime(),
  };
};

/** For the stand-ins' own clients, which talk to their own servers faster than real time. */
export const unpacedIntake = (): Intake => ({ take: async () => undefined, turn: oneAtATime() });

const oneAtATime = (): Intake['turn'] => {
  let last: Promise<void> = Promise.resolve();
  return async (signal) => {
    const mine = Promise.withResolvers<void>();
    const before = last;
    last = before.then(() => mine.promise);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([before, aborted]);
      return () => mine.resolve();
    } catch (error) {
      mine.resolve();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
};
