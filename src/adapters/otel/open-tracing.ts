import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redactor } from '../../redaction/redactor.ts';
import type { Log } from '../../ports/log.ts';
import type { FinishedSpan, Tracing } from '../../ports/tracing.ts';

/** What the last spans may take to be sent when a process stops, milliseconds: less than what is left of its time. */
const CLOSE_MS = 3_000;
/** Characters of a sentence: a collector refuses what is large. */
const LONGEST = 1_000;

/**
 * Sends spans by OTLP over HTTP (protobuf) to where the usual variables of OpenTelemetry say (OTEL_EXPORTER_OTLP_ENDPOINT, …_HEADERS, …_TIMEOUT,
 * OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES), which its own libraries read. They are loaded here, and by nobody else. All words pass the redactor.
 */
export const openTracing = async ({
  process,
  redactor,
  log,
  closeMs = CLOSE_MS,
}: {
  readonly process: 'bot' | 'worker';
  readonly redactor: Redactor;
  readonly log: Log;
  /** Default 3000. */
  readonly closeMs?: number;
}): Promise<Tracing> => {
  const [{ diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags }, sdk, resources, { OTLPTraceExporter }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
    ]);
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  const warn = (message: string): void => log.warn({ reason: message }, 'traces are not sent');
  const silent = (): void => undefined;
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
  const named = resources.resourceFromAttributes({ 'service.name': `pgdist-${process}`, 'service.version': version });
  let next = { traceId: '', spanId: '' };
  const provider = new sdk.TracerProvider({
    resource: resources
      .defaultResource()
      .merge(named)
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('pgdist', version);
  const KINDS = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL } as const;
  const words = (text: string): string => redactor.text(text).slice(0, LONGEST);

  return {
    newId: () => randomBytes(8).toString('hex'),
    send({ name, kind, place, parentId, startedAt, endedAt, attributes, fault }: FinishedSpan) {
      next = place;
      const parent = { traceId: place.traceId, spanId: parentId ?? '', traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const within = parentId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
      const span = tracer.startSpan(words(name), { kind: KINDS[kind], startTime: startedAt, attributes: redactor.value({ ...attributes }) }, within);
      if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: words(fault) });
      span.end(endedAt);
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeMs)));
      await Promise.race([provider.shutdown().catch((error: unknown) => warn(String(error))), late]);
      clearTimeout(timer);
    },
  };
};
