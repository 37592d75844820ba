import type { Run } from '../domain/run.ts';
import { rootOf } from '../domain/trace.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { UseCases } from '../ports/use-cases.ts';
import { during } from './current.ts';

/** What a person asks of a run, or starts one with. */
const DEEDS = ['start', 'bundle', 'approve', 'reject', 'retry', 'cancel', 'askAgain'] as const;

/** What a person did is a span of each run that came of it: from the request that Slack sent to the moment at which it is stored and queued. */
export const tracedUseCases = (runs: UseCases, { tracing, clock }: { readonly tracing: Tracing; readonly clock: Clock }): UseCases => {
  const traced =
    <A extends { readonly way: string }, T>(name: (typeof DEEDS)[number], act: (asked: A) => Promise<T>) =>
    async (asked: A): Promise<T> => {
      const span = { spanId: tracing.newId(), startedAt: clock.now(), runs: new Set<string>() };
      const result = await during(span, () => act(asked));
      if (isRun(result)) span.runs.add(result.id);
      for (const runId of span.runs) {
        const { traceId, spanId: parentId } = rootOf(runId);
        tracing.send({
          name,
          kind: 'server',
          place: { traceId, spanId: span.spanId },
          parentId,
          startedAt: span.startedAt,
          endedAt: clock.now(),
          attributes: { 'pgdist.run.id': runId, 'pgdist.way': asked.way },
        });
      }
      return result;
    };
  return {
    ...runs,
    start: traced('start', runs.start),
    bundle: traced('bundle', runs.bundle),
    approve: traced('approve', runs.approve),
    reject: traced('reject', runs.reject),
    retry: traced('retry', runs.retry),
    cancel: traced('cancel', runs.cancel),
    askAgain: traced('askAgain', runs.askAgain),
  };
};

const isRun = (value: unknown): value is Run => typeof value === 'object' && value !== null && 'id' in value && 'outcomes' in value;
