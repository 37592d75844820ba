import { LeaseLostError, type Leases } from '../ports/lease.ts';
import type { Instruments } from './instruments.ts';

/** Counts leases that were lost, by what stands before the first colon of their names: run, report, look. */
export const measuredLeases = (leases: Leases, { leasesLost }: Pick<Instruments, 'leasesLost'>): Leases => ({
  async take(name) {
    const lease = await leases.take(name);
    const what = name.split(':')[0] ?? name;
    leasesLost.inc({ what }, 0);
    lease?.signal.addEventListener('abort', () => void (lease.signal.reason instanceof LeaseLostError && leasesLost.inc({ what })), { once: true });
    return lease;
  },
});
