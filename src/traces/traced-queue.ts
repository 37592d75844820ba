import { rootOf, traceparent } from '../domain/trace.ts';
import type { Clock } from '../ports/clock.ts';
import type { Queue } from '../ports/queue.ts';
import type { Tracing } from '../ports/tracing.ts';
import { current } from './current.ts';

/** What is queued is a span of its run, and its place goes with the job. */
export const tracedQueue = <T extends Queue>(queue: T, { tracing, clock }: { readonly tracing: Tracing; readonly clock: Clock }): T => ({
  ...queue,
  async add(job) {
    const root = rootOf(job.runId);
    const within = current();
    within?.runs.add(job.runId);
    const place = { traceId: root.traceId, spanId: tracing.newId() };
    const startedAt = clock.now();
    let fault: string | undefined;
    try {
      await queue.add({ ...job, traceparent: traceparent(place) });
    } catch (error) {
      fault = String(error);
      throw error;
    } finally {
      tracing.send({
        name: `queue ${job.phase}`,
        kind: 'producer',
        place,
        parentId: within?.spanId ?? root.spanId,
        startedAt,
        endedAt: clock.now(),
        attributes: { 'pgdist.run.id': job.runId, 'pgdist.phase': job.phase, 'pgdist.attempt': job.attempt },
        ...(fault === undefined ? {} : { fault }),
      });
    }
  },
});
