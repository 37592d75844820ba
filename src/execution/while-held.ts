import type { Clock } from '../ports/clock.ts';
import { LeaseLostError, type WorkerLease } from '../ports/lease.ts';

const PAUSE_MS = 250;

/** Does work on the store, again and again while Redis is away, until the lease is lost: then it is another worker's. */
export const whileHeld = async <T>({ lease, clock }: { readonly lease: WorkerLease; readonly clock: Clock }, work: () => Promise<T>): Promise<T> => {
  for (;;) {
    lease.assertHeld();
    try {
      return await work();
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      lease.assertHeld();
      await clock.sleep(PAUSE_MS, lease.signal);
    }
  }
};
