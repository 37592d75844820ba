import { rootOf } from '../domain/trace.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobHandlers } from '../ports/job-handlers.ts';
import type { Queue } from '../ports/queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { UseCases } from '../ports/use-cases.ts';
import { current } from './current.ts';
import { stepPath } from '../domain/step.ts';
import { tracedHandlers } from './traced-handlers.ts';
import { tracedQueue } from './traced-queue.ts';
import { tracedStore } from './traced-store.ts';
import { tracedUseCases } from './traced-use-cases.ts';

/** What stands around the ports of a process so that its runs are traced. */
interface Traces {
  store(store: RunStore): RunStore;
  queue<T extends Queue>(queue: T): T;
  handlers(handlers: JobHandlers): JobHandlers;
  useCases(runs: UseCases): UseCases;
  /** A step of a plan was looked at, which began at this instant. */
  looked(runId: string, stepId: string, startedAt: Date): void;
}

/** undefined: nothing is traced, and every port stays as it is. */
export const createTraces = (tracing: Tracing | undefined, clock: Clock): Traces => {
  if (tracing === undefined) {
    const same = <T>(port: T): T => port;
    return { store: same, queue: same, handlers: same, useCases: same, looked: () => undefined };
  }
  const by = { tracing, clock };
  return {
    store: (store) => tracedStore(store, tracing),
    queue: (queue) => tracedQueue(queue, by),
    handlers: (handlers) => tracedHandlers(handlers, by),
    useCases: (runs) => tracedUseCases(runs, by),
    looked(runId, stepId, startedAt) {
      const phase = current();
      if (phase === undefined) return;
      const place = { traceId: rootOf(runId).traceId, spanId: tracing.newId() };
      const attributes = { 'pgdist.run.id': runId, 'pgdist.step.id': stepId, 'pgdist.step.state': 'checked' };
      tracing.send({ name: stepPath(stepId), kind: 'internal', place, parentId: phase.spanId, startedAt, endedAt: clock.now(), attributes });
    },
  };
};
