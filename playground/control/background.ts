import { setTimeout as delay } from 'node:timers/promises';

/** Lets work go on beside its caller; what it throws goes to `onError`. A rejection that nobody hears would end the process. */
export const inBackground = (work: Promise<unknown>, onError: (error: unknown) => void): void => {
  work.catch(onError);
};

const RETRY_MS = 200;

/** Runs a program again whenever it throws, as what restarts a container does, until it returns or the signal ends. Never rejects. */
export const keepRunning = async (
  run: () => Promise<void>,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void },
): Promise<void> => {
  while (!signal.aborted) {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
};
