import type { Phase } from '../../src/domain/run.ts';
import type { JobHandlers } from '../../src/ports/job-handlers.ts';
import type { PhaseJob, Queue } from '../../src/ports/queue.ts';
import type { ReportSchedule } from '../../src/ports/report-schedule.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Boundary } from './calls.ts';
import type { Process, Simulation } from './simulation.ts';

/**
 * Jobs as src/adapters/redis/queue.ts keeps them in BullMQ, by virtual time: an id that waits or is under way is not added again, a job of a worker
 * that is gone or hangs is given to another one after BullMQ's lock and scan, and a worker may get one twice.
 */
export interface ChaosQueue {
  of(process: Process, own: { readonly clock: Clock; readonly schedule: ReportSchedule }): Queue;
  /** Gives jobs to the process; `close` takes back what it hands back and waits for that. */
  listen(process: Process, handlers: JobHandlers): { close(): Promise<void> };
  loseJobs(): void;
  /** Which jobs there are now: returns what puts these there again, to be given to whoever is free. */
  remember(): () => void;
  isIdle(): boolean;
}

type Name = 'apply' | 'read' | 'report';
const NAMES: readonly Name[] = ['apply', 'read', 'report'];
/** As in src/adapters/redis/queue-workers.ts. */
const CONCURRENCY: Readonly<Record<Name, number>> = { apply: 4, read: 8, report: 4 };
const LOCK_MS = 3_000;
const SCAN_MS = 5_000;
/** As in src/adapters/redis/queue.ts. */
const JUST_TAKEN_MS = 500;
const SILENT_AFTER_MS = { bot: 1_000, worker: 2_000 } as const;

interface Job {
  readonly id: string;
  readonly name: Name;
  readonly data: PhaseJob | { readonly runId: string };
  taken?: { readonly by: Listener; readonly at: Date };
}

interface Listener {
  readonly process: Process;
  readonly handlers: JobHandlers;
  readonly stop: AbortController;
  readonly busy: Map<Name, number>;
  readonly works: Set<Promise<unknown>>;
}

const queueOf = (phase: Phase): Name => (phase === 'apply' ? 'apply' : 'read');
const idOf = ({ runId, phase, attempt }: PhaseJob): string => `${runId}-${phase}-${attempt}`;

export const createChaosQueue = (sim: Simulation, boundary: Boundary): ChaosQueue => {
  let jobs: Job[] = [];
  const listeners = new Set<Listener>();

  const deliver = (): void => {
    for (const name of NAMES) {
      for (const job of jobs.filter((other) => other.name === name && other.taken === undefined)) {
        const free = [...listeners].filter(
          ({ process, stop, busy }) =>
            process.alive && process.frozenUntilMs <= sim.nowMs() && !stop.signal.aborted && (busy.get(name) ?? 0) < CONCURRENCY[name],
        );
        if (free.length === 0) break;
        give(job, sim.pick(free));
      }
    }
  };
  const soon = (): void => void sim.after(sim.between(0.5, 3), deliver);

  const give = (job: Job, listener: Listener): void => {
    const { process, busy } = listener;
    const taken = { by: listener, at: sim.wall() };
    job.taken = taken;
    busy.set(job.name, (busy.get(job.name) ?? 0) + 1);
    sim.after(sim.between(0.2, 2), () => work(job, listener, taken), process);
    const scan = (): void =>
      void sim.after(LOCK_MS + sim.between(0, SCAN_MS), () => {
        if (job.taken !== taken) return;
        const hangs = process.frozenUntilMs > sim.nowMs();
        if (process.alive && !hangs) return scan();
        delete job.taken;
        deliver();
      });
    scan();
  };
  const work = (job: Job, listener: Listener, taken: Job['taken']): void => {
    const { handlers, stop, process, busy, works } = listener;
    const { data, name } = job;
    const handled = sim.place.run({ process, runId: data.runId }, () =>
      'phase' in data ? handlers.phase(data, stop.signal) : handlers.report(data.runId, stop.signal),
    );
    const ended = handled
      .catch(() => 'ended' as const)
      .then((end) => {
        busy.set(name, (busy.get(name) ?? 1) - 1);
        // Somebody else has it by now.
        if (job.taken === taken) {
          if (end === 'ended') jobs = jobs.filter((other) => other !== job);
          else delete job.taken;
        }
        works.delete(ended);
        soon();
      });
    works.add(ended);
  };

  return {
    of: (process, { clock, schedule }) => {
      const over = <T>(label: string, effect: () => T): Promise<T> =>
        boundary.call(process, {
          label,
          server: 'redis',
          wayMs: [0.2, 3],
          effect: async () => effect(),
          timeoutMs: SILENT_AFTER_MS[process.role],
          timedOut: () => new Error(`the queue did not answer in ${SILENT_AFTER_MS[process.role]} ms`),
          broken: () => new Error('Connection is closed.'),
        });
      const put = (job: Job): void => {
        if (!jobs.some(({ id }) => id === job.id)) jobs.push(job);
        soon();
      };
      return {
        add: (data) => over('queue.add', () => put({ id: idOf(data), name: queueOf(data.phase), data })),
        async report(runId) {
          try {
            await schedule.later(runId, clock.now());
            await over('queue.report', () => put({ id: `${runId}-report`, name: 'report', data: { runId } }));
          } catch {
            // As the adapter: the schedule makes up for it.
          }
        },
        has: (data) =>
          over('queue.has', () => {
            const found = jobs.find(({ id }) => id === idOf(data));
            return found !== undefined && (found.taken === undefined || Math.abs(clock.now().getTime() - found.taken.at.getTime()) < JUST_TAKEN_MS);
          }),
      };
    },
    listen(process, handlers) {
      const listener: Listener = { process, handlers, stop: new AbortController(), busy: new Map(), works: new Set() };
      listeners.add(listener);
      soon();
      return {
        async close() {
          listener.stop.abort(new Error('the worker stops'));
          await Promise.all(listener.works);
          listeners.delete(listener);
        },
      };
    },
    loseJobs: () => void (jobs = []),
    remember() {
      const held = jobs.map(({ id, name, data }): Job => ({ id, name, data }));
      return () => {
        jobs = held;
        soon();
      };
    },
    isIdle: () => jobs.length === 0,
  };
};
