import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Writable } from 'node:stream';
import type { Behaviour, SocketBehaviour } from './hostile-api-server.ts';

/** What a hostile or broken API server may answer. Sizes are bytes. */
const MIB = 2 ** 20;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Writes the same piece for as long as somebody reads it. */
export const flood = (to: Writable, piece: Buffer | string): Promise<void> =>
  new Promise((resolve) => {
    const more = (): void => {
      if (to.destroyed) return resolve();
      if (to.write(piece)) setImmediate(more);
    };
    to.on('error', () => undefined);
    to.on('close', resolve);
    to.on('drain', more);
    more();
  });

/** One whole answer. */
export const whole =
  (status: number, body: string | Buffer, headers: Readonly<Record<string, string | string[]>> = {}): Behaviour =>
  (answer) =>
    void answer.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);

/** An answer that begins like this and never ends. */
export const endless =
  (status: number, begin: string, piece: Buffer | string): Behaviour =>
  async (answer) => {
    answer.writeHead(status, JSON_TYPE).write(begin);
    await flood(answer, piece);
  };

const filler = Buffer.alloc(64 * 2 ** 10, 'a');

export const refusalOf = (code: number, messageBytes: number): string =>
  JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code, message: 'x'.repeat(messageBytes) });

/** Refusal with so many causes of so many characters each. */
export const refusalWithCauses = (count: number, length: number): string =>
  JSON.stringify({
    kind: 'Status',
    reason: 'Conflict',
    code: 409,
    message: 'Apply failed',
    details: {
      causes: Array.from({ length: count }, () => ({
        reason: 'FieldManagerConflict',
        message: `conflict with "${'m'.repeat(length)}" using v1`,
        field: `.${'f'.repeat(length)}`,
      })),
    },
  });

/** JSON of a list with objects made by `item`. */
export const listOf = (count: number, item: (index: number) => object = named, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ kind: 'List', metadata: { resourceVersion: '1', ...more }, items: Array.from({ length: count }, (_, index) => item(index)) });
const named = (index: number): object => ({ metadata: { name: `object-${index}`, resourceVersion: '1' } });

/** Every page is full and tells of one more. */
export const endlessPages: Behaviour = (answer, { url = '' }) => {
  const limit = Number(new URL(url, 'https://x').searchParams.get('limit') ?? 1);
  answer.writeHead(200, JSON_TYPE).end(listOf(limit, named, { continue: 'more' }));
};
/** No page has an object, and every one tells of one more. */
export const emptyPages: Behaviour = whole(200, listOf(0, named, { continue: 'more' }));
/** The first page tells of a second, which is forgotten. */
export const forgottenPages: Behaviour = (answer, request) =>
  /[?&]continue=/.test(request.url ?? '')
    ? whole(410, '{"kind":"Status","reason":"Expired","code":410,"message":"too old"}')(answer, request)
    : whole(200, listOf(1, named, { continue: 'more' }))(answer, request);

/** What one request may be answered with that no API server answers; the words are those of the error that people read. */
export const HOSTILE_ANSWERS: Readonly<Record<string, { readonly behaviour: Behaviour; readonly words: RegExp }>> = {
  'a refusal of 10 MB': { behaviour: whole(403, refusalOf(403, 10_000_000)), words: /HTTP 403, and the answer is larger than 1 MiB/ },
  'a refusal with a long message': { behaviour: whole(403, refusalOf(403, 500_000)), words: /x{1000}…$/ },
  'a refusal without end': { behaviour: endless(403, '{"message":"', filler), words: /HTTP 403, and the answer is larger than 1 MiB/ },
  'a conflict with 5 000 causes': { behaviour: whole(409, refusalWithCauses(5_000, 40)), words: /Apply failed/ },
  'a body without end': { behaviour: endless(200, '{"metadata":{"name":"', filler), words: /the answer is larger than (1|8|1\.0625) MiB/ },
  'a body that says it is huge': {
    behaviour: (answer) => void answer.writeHead(200, { ...JSON_TYPE, 'content-length': '999999999999' }).write('{'),
    words: /the answer is larger than/,
  },
  'JSON of 500 000 levels': {
    behaviour: whole(200, `${'['.repeat(500_000)}${']'.repeat(500_000)}`),
    words: /the answer is JSON of more than 200 levels/,
  },
  'JSON of a million parts': { behaviour: whole(200, `[${'0,'.repeat(500_000)}0]`), words: /the answer is JSON of more than 250000 parts/ },
  'no JSON': { behaviour: whole(200, '<html>'), words: /the answer is no JSON/ },
  'gzip that nobody asked for': {
    behaviour: whole(200, gzipSync(Buffer.alloc(100 * MIB)), { 'content-encoding': 'gzip' }),
    words: /the answer is compressed \(gzip\)/,
  },
  'a way elsewhere': {
    behaviour: whole(302, '', { location: 'https://127.0.0.1:1/' }),
    words: /the answer sends elsewhere \(HTTP 302\), which is not followed/,
  },
  'headers without end': {
    behaviour: whole(200, '{}', Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`x-${index}`, 'h'.repeat(100)]))),
    words: /the headers of its answer are too long/,
  },
};

/** One WebSocket frame from the server; `length` may say more than there is. */
export const frame = (
  content: Buffer,
  { opcode = 2, compressed = false, length = content.length }: { opcode?: number; compressed?: boolean; length?: number } = {},
): Buffer => {
  const first = 0x80 | (compressed ? 0x40 : 0) | opcode;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), content]);
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, content]);
};

const onChannel = (channel: number, bytes: number): Buffer => frame(Buffer.concat([Buffer.from([channel]), Buffer.alloc(bytes, 'a')]));

interface HostileStream {
  readonly behaviour: SocketBehaviour;
  readonly headers?: Readonly<Record<string, string>>;
  /** How a command ends that is answered so: its error, or its exit code. */
  readonly ends: RegExp;
}

const endlessFrame =
  (length: number): SocketBehaviour =>
  (to) => {
    to.write(frame(Buffer.from([1]), { length }));
    return flood(to, filler);
  };
const many = (piece: Buffer): Buffer => Buffer.concat(Array.from({ length: 20_000 }, () => piece));
const UNKNOWN = /^exit code undefined$/;

/** What may come over an upgraded connection. */
export const HOSTILE_STREAMS: Readonly<Record<string, HostileStream>> = {
  'output without end': { behaviour: (to) => flood(to, onChannel(1, 60_000)), ends: /on osaka: the command printed more than 1 MiB$/ },
  'data without end': { behaviour: (to) => flood(to, onChannel(0, 60_000)), ends: /on osaka: more than 4 MiB came$/ },
  'a frame without end': { behaviour: endlessFrame(2 ** 30), ends: /on osaka: more than 4 MiB came$/ },
  // No WebSocket has one: the connection ends as one that broke.
  'a frame of 10 GiB': { behaviour: endlessFrame(10 * 2 ** 30), ends: UNKNOWN },
  'empty frames without end': { behaviour: (to) => flood(to, many(onChannel(1, 0))), ends: /on osaka: more than 20000 messages came$/ },
  'pings without end': {
    behaviour: (to) => flood(to, many(frame(Buffer.alloc(0), { opcode: 9 }))),
    ends: /on osaka: more than 20000 messages came$/,
  },
  'a deflate bomb that nobody asked for': {
    behaviour: (to) => void to.write(frame(deflateRawSync(Buffer.alloc(64 * MIB, 1)), { compressed: true })),
    headers: { 'sec-websocket-extensions': 'permessage-deflate' },
    ends: /on osaka: the connection is compressed, which was not asked for$/,
  },
  // On the channel of the command's status, which can then not be known.
  'a status without end': { behaviour: (to) => flood(to, onChannel(3, 60_000)), ends: UNKNOWN },
};
