import { Gauge, type Registry } from 'prom-client';
import { type QueueName, QUEUES, QUEUES_OF_ALL } from '../ports/queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { WorkerBeats } from '../ports/worker-beats.ts';

/** Where what stands in Redis is asked for. */
export interface StandingSources {
  readonly store: Pick<RunStore, 'live'>;
  readonly beats: Pick<WorkerBeats, 'heard'>;
  readonly oldest: () => Promise<readonly { readonly queue: QueueName; readonly fleet?: string; readonly waitsMs: number }[]>;
  readonly faults: () => Promise<readonly string[]>;
}

/** Gauges that are asked for when somebody scrapes. What does not answer then is left out: nothing is known of it. */
export const standingOf = (register: Registry, { store, beats, oldest, faults }: StandingSources, fleets: readonly string[]): void => {
  const asked = (name: string, help: string, labelNames: readonly string[], ask: (gauge: Gauge) => Promise<void>): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [register],
      async collect() {
        gauge.reset();
        // A gauge without labels would be 0 after a reset, which says something.
        await ask(gauge).catch(() => (labelNames.length === 0 ? gauge.remove() : gauge.reset()));
      },
    });
  };
  asked('pgdist_runs', 'Runs that have not ended, by fleet, kind and state', ['fleet', 'kind', 'state'], async (gauge) => {
    for (const { fleet, kind, state } of await store.live()) gauge.inc({ fleet: fleet.name, kind, state });
  });
  asked('pgdist_queue_oldest_job_age_seconds', 'How long the oldest job of a queue waits; 0: none does', ['queue', 'fleet'], async (gauge) => {
    const waiting = await oldest();
    for (const name of QUEUES)
      for (const of of QUEUES_OF_ALL.includes(name) ? [undefined] : fleets) {
        const own = waiting.filter(({ queue, fleet = of }) => queue === name && fleet === of);
        gauge.set({ queue: name, ...(of === undefined ? {} : { fleet: of }) }, Math.max(0, ...own.map(({ waitsMs }) => waitsMs)) / 1000);
      }
  });
  asked('pgdist_workers_alive', 'Whether a worker is alive, as Redis has it', [], async (gauge) => {
    gauge.set((await beats.heard()).alive ? 1 : 0);
  });
  asked('pgdist_ready', 'Whether this process has all that it needs, as /readyz says', [], async (gauge) => {
    gauge.set((await faults()).length === 0 ? 1 : 0);
  });
};
