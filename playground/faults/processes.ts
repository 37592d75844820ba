import type { Fault } from './fault.ts';

/** Of pgdist's own processes: no cluster shows them. */
export const PROCESSES: readonly Fault[] = [
  {
    id: 'worker-killed',
    hop: 'Processes',
    plants: 'the last worker was killed, by the kernel as it were',
    code: 'PGD-094',
    says: ['No worker has been alive since'],
    remedy: 'start a worker: what was asked meanwhile goes on',
    told: 'process',
    async plant({ workers }) {
      if (workers === undefined) throw new Error('no worker was started here');
      await workers(false);
      return () => workers(true);
    },
  },
];
