import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as it came over the wire; see opentelemetry/proto/trace/v1/trace.proto. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  /** SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** '' for the first of a trace. */
  readonly parentId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 0 unset, 2 error. */
  readonly status: number;
  readonly message: string;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[];
  spans(): ReceivedSpan[];
  close(): Promise<void>;
}

/** A collector: takes what is sent by OTLP over HTTP in protobuf, and knows nothing of who sends. */
export const startOtlpReceiver = async (): Promise<OtlpReceiver> => {
  const requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { headers, url: path = '' } = request;
      requests.push({ path, headers, body: headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body });
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () => requests.filter(({ path }) => path === '/v1/traces').flatMap(({ body }) => spansIn(body)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

type Value = bigint | Buffer;

/** Fields of a message of protobuf by number; https://protobuf.dev/programming-guides/encoding/. */
const fieldsOf = (message: Buffer): ReadonlyMap<number, readonly Value[]> => {
  const fields = new Map<number, Value[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => message.subarray(at, (at += length));
  while (at < message.length) {
    const tag = Number(varint());
    const read: Readonly<Record<number, () => Value>> = {
      0: varint,
      1: () => bytes(8).readBigUInt64LE(),
      2: () => bytes(Number(varint())),
      5: () => bytes(4),
    };
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), read[tag & 7]!()]);
  }
  return fields;
};

const messagesIn = (message: Buffer, field: number): Buffer[] => (fieldsOf(message).get(field) ?? []) as Buffer[];
const textIn = (message: Buffer, field: number, encoding: 'utf8' | 'hex' = 'utf8'): string => messagesIn(message, field)[0]?.toString(encoding) ?? '';
const numberIn = (message: Buffer, field: number): number => Number(fieldsOf(message).get(field)?.[0] ?? 0n);

const attributesIn = (message: Buffer, field: number): Record<string, string | number> =>
  Object.fromEntries(
    messagesIn(message, field).map((pair) => {
      const [value = Buffer.alloc(0)] = messagesIn(pair, 2);
      return [textIn(pair, 1), fieldsOf(value).has(3) ? numberIn(value, 3) : textIn(value, 1)];
    }),
  );

const spansIn = (request: Buffer): ReceivedSpan[] =>
  messagesIn(request, 1).flatMap((ofResource) => {
    const service = String(attributesIn(messagesIn(ofResource, 1)[0] ?? Buffer.alloc(0), 1)['service.name']);
    return messagesIn(ofResource, 2)
      .flatMap((ofScope) => messagesIn(ofScope, 2))
      .map((span) => {
        const [status = Buffer.alloc(0)] = messagesIn(span, 15);
        return {
          service,
          name: textIn(span, 5),
          kind: numberIn(span, 6),
          traceId: textIn(span, 1, 'hex'),
          spanId: textIn(span, 2, 'hex'),
          parentId: textIn(span, 4, 'hex'),
          startedMs: numberIn(span, 7) / 1e6,
          endedMs: numberIn(span, 8) / 1e6,
          attributes: attributesIn(span, 9),
          status: numberIn(status, 3),
          message: textIn(status, 2),
        };
      });
  });
