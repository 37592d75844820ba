import type { Clock } from '../../ports/clock.ts';
import type { CallObserver } from '../../ports/observer.ts';
import type { Calls } from './calls.ts';

/** The same calls, each with all its attempts told to `heard` when it has ended. One that its caller ended says nothing of the cluster, and is not told. */
export const heardCalls = (
  calls: Calls,
  { kind, heard, clock }: { readonly kind: 'read' | 'write'; readonly heard: CallObserver | undefined; readonly clock: Pick<Clock, 'monotonicMs'> },
): Calls =>
  heard === undefined
    ? calls
    : {
        limits: calls.limits,
        async run(activity, options, request) {
          const startedMs = clock.monotonicMs();
          const tell = (error?: unknown): void =>
            heard({
              cluster: activity.cluster,
              kind: activity.throughKubelet === true ? 'pod' : kind,
              tookMs: clock.monotonicMs() - startedMs,
              ...(error === undefined ? {} : { error }),
            });
          try {
            const result = await calls.run(activity, options, request);
            tell();
            return result;
          } catch (error) {
            if (calls.limits.signal?.aborted !== true) tell(error);
            throw error;
          }
        },
      };
