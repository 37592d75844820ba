import { simulatedTime } from '../../playground/control/simulated-time.ts';

/** Measures what is promised in real time: milliseconds since the call, without those in which a busy machine gave this process no turn. Call `stop` in the end. */
export const ownTime = (): { elapsedMs(): number; stop(): void } => {
  const time = simulatedTime(1);
  const ending = new AbortController();
  void time.after(Number.MAX_SAFE_INTEGER, ending.signal);
  const from = new Date();
  return { elapsedMs: () => time.between(from, new Date()), stop: () => ending.abort() };
};
