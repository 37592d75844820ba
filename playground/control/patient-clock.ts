import { simulatedTime } from './simulated-time.ts';

/** Time as a stand-in is given it. */
interface Clock {
  now(): Date;
  /** Resolves after ms, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const never = new AbortController().signal;

/** Real time whose sleeps can wait as simulated ones do: who is given three seconds for an answer is given three in which this process was there to take it. */
export const patientClock = (): Clock => {
  const time = simulatedTime(1);
  return {
    now: () => new Date(),
    async sleep(ms, signal = never) {
      if (!(await time.after(ms, signal))) throw signal.reason as Error;
    },
  };
};
