import type { Clock } from '../ports/clock.ts';

/** How long what runs beside a failed step may still take: nobody should wait minutes to be told of a failure that is certain. */
const BESIDE_A_FAILURE_MS = 10_000;

/** The step that failed first, as far as the rest of its walk has to know. */
export interface FirstFailure {
  /** undefined while no step failed. */
  title(): string | undefined;
  /** On the monotonic clock: nothing is waited for after this. Infinity while no step failed. */
  untilMs(): number;
  /** Aborted when a step failed. */
  readonly signal: AbortSignal;
  note(title: string): void;
}

export const firstFailure = ({ monotonicMs }: Pick<Clock, 'monotonicMs'>): FirstFailure => {
  const failed = new AbortController();
  let first: { readonly title: string; readonly atMs: number } | undefined;
  return {
    title: () => first?.title,
    untilMs: () => (first === undefined ? Infinity : first.atMs + BESIDE_A_FAILURE_MS),
    signal: failed.signal,
    note(title) {
      first ??= { title, atMs: monotonicMs() };
      failed.abort();
    },
  };
};
