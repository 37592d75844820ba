import { placeIn, rootOf } from '../domain/trace.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobHandlers } from '../ports/job-handlers.ts';
import type { Tracing } from '../ports/tracing.ts';
import { during } from './current.ts';

/** A phase of a run is a span: what its steps are parts of. A job without a place, or with one of another trace, is a part of the run itself. */
export const tracedHandlers = (handlers: JobHandlers, { tracing, clock }: { readonly tracing: Tracing; readonly clock: Clock }): JobHandlers => ({
  ...handlers,
  async phase(job, signal) {
    const root = rootOf(job.runId);
    const queued = placeIn(job.traceparent);
    const parent = queued?.traceId === root.traceId ? queued : root;
    const span = { spanId: tracing.newId(), startedAt: clock.now(), runs: new Set<string>() };
    let end: string = 'failed';
    let fault: string | undefined;
    try {
      return (end = await during(span, () => handlers.phase(job, signal)));
    } catch (error) {
      fault = String(error);
      throw error;
    } finally {
      tracing.send({
        name: job.phase,
        kind: 'consumer',
        place: { traceId: root.traceId, spanId: span.spanId },
        parentId: parent.spanId,
        startedAt: span.startedAt,
        endedAt: clock.now(),
        attributes: { 'pgdist.run.id': job.runId, 'pgdist.phase': job.phase, 'pgdist.attempt': job.attempt, 'pgdist.job.end': end },
        ...(fault === undefined ? {} : { fault }),
      });
    }
  },
});
