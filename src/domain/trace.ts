import { createHash } from 'node:crypto';

/** Where something stands in a trace: W3C Trace Context, https://www.w3.org/TR/trace-context/. Lower-case hex, never all zeros. */
export interface SpanPlace {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits. */
  readonly spanId: string;
}

/** The one trace of a run and its first span, made of the run's id: every process knows them without being told. */
export const rootOf = (runId: string): SpanPlace => {
  const hex = createHash('sha256').update(`pgdist run ${runId}`).digest('hex');
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32, 48) };
};

/** As the header of that name. */
export const traceparent = ({ traceId, spanId }: SpanPlace): string => `00-${traceId}-${spanId}-01`;

const SHAPE = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** The place that a header names; undefined for anything else. */
export const placeIn = (header: string | undefined): SpanPlace | undefined => {
  const [, traceId, spanId] = SHAPE.exec(header ?? '') ?? [];
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId };
};
