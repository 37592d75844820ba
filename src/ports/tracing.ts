import type { SpanPlace } from '../domain/trace.ts';

/** Something that took its time and is over. */
export interface FinishedSpan {
  /** One of few: what differs from run to run is an attribute. */
  readonly name: string;
  /** What OpenTelemetry calls so: a request that was served, a job that was queued, a job that was taken, anything else. */
  readonly kind: 'server' | 'producer' | 'consumer' | 'internal';
  readonly place: SpanPlace;
  /** Id of the span that it is a part of, in the same trace; absent: it is the first. */
  readonly parentId?: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why it failed, a sentence; absent: it did not. */
  readonly fault?: string;
}

/** Where traces are sent. Losing one harms nobody. */
export interface Tracing {
  /** Sent soon, together with others. Never throws. */
  send(span: FinishedSpan): void;
  /** A new id of a span. */
  newId(): string;
  /** Sends what is left, for some seconds at most. Never rejects. */
  close(): Promise<void>;
}
