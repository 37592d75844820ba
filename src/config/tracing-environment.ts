import { z } from 'zod';

/** OpenTelemetry: a variable that is empty counts as not set. */
const variable = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

/** Never repeats the value: it may hold a password. */
const endpoint = variable.refine((value) => value === undefined || (/^https?:\/\/[^/\s]/.test(value) && URL.canParse(value)), {
  error: 'must be a URL such as http://collector:4318',
});

const protocol = variable.refine((value) => value === undefined || value === 'http/protobuf', {
  error: 'must be http/protobuf, the only form in which pgdist sends traces; a collector takes it on port 4318',
});

/** What https://opentelemetry.io/docs/specs/otel/protocol/exporter/ names and pgdist reads itself; the rest is read by OpenTelemetry's libraries. */
export const tracingVariables = {
  OTEL_SDK_DISABLED: variable,
  OTEL_TRACES_EXPORTER: variable.refine((value) => value === undefined || value === 'otlp' || value === 'none', {
    error: 'must be otlp or none',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_HEADERS: variable,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: variable,
};

type Variables = { readonly [K in keyof typeof tracingVariables]?: string | undefined };

/** Present: runs are traced. */
export interface TracingConfig {
  /** Values of the headers that go with each request, where keys of collectors are. */
  readonly headers: readonly string[];
}

export const tracingOf = (variables: Variables): TracingConfig | undefined => {
  const address = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (address === undefined || variables.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || variables.OTEL_TRACES_EXPORTER === 'none') return undefined;
  return { headers: [variables.OTEL_EXPORTER_OTLP_HEADERS, variables.OTEL_EXPORTER_OTLP_TRACES_HEADERS].flatMap(valuesOf) };
};

/** key=value,key=value, percent-encoded; as it is written and as it is meant. */
const valuesOf = (headers: string | undefined): string[] =>
  (headers ?? '').split(',').flatMap((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    return [value, decoded(value)];
  });

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
