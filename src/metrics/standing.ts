import { Gauge, type Registry } from 'prom-client';
import type { Run } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import { type QueueName, QUEUES, QUEUES_OF_ALL } from '../ports/queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { WorkerBeats } from '../ports/worker-beats.ts';

/** Where what stands in Redis is asked for. */
export interface StandingSources {
  readonly store: Pick<RunStore, 'live'>;
  readonly beats: Pick<WorkerBeats, 'heard'>;
  readonly oldest: () => Promise<readonly { readonly queue: QueueName; readonly fleet?: string; readonly waitsMs: number }[]>;
  readonly faults: () => Promise<readonly string[]>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Gauges that are asked for when somebody scrapes. What does not answer then is left out: nothing is known of it. */
export const standingOf = (register: Registry, { store, beats, oldest, faults, clock }: StandingSources, fleets: readonly string[]): void => {
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
  asked(
    'pgdist_run_idle_seconds',
    'How long no step of a run that has not ended began or ended, of several the longest, by fleet, kind and state',
    ['fleet', 'kind', 'state'],
    async (gauge) => {
      const longest = new Map<string, number>();
      const now = clock.now().getTime();
      for (const run of await store.live()) {
        const key = JSON.stringify({ fleet: run.fleet.name, kind: run.kind, state: run.state });
        longest.set(key, Math.max(longest.get(key) ?? 0, now - Date.parse(lastMoved(run))));
      }
      for (const [key, ms] of longest) gauge.set(JSON.parse(key) as Record<string, string>, ms / 1000);
    },
  );
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

/** ISO instant at which a step of the run began or ended last, or somebody decided. */
const lastMoved = ({ requestedAt, startedAt, approval, plan, outcomes }: Run): string =>
  [requestedAt, startedAt, approval?.at, plan?.plannedAt, ...Object.values(outcomes).flatMap((outcome) => [outcome.startedAt, outcome.endedAt])]
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1) ?? requestedAt;
