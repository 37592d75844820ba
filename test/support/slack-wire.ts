import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { type WebSocket, WebSocketServer } from 'ws';

/** What users.info says of somebody; undefined: there is no such user. */
export type Person = Readonly<Record<string, unknown>>;

/** The wire between Slack and an app, for sending what Slack never would. */
export interface SlackWire {
  readonly apiUrl: string;
  readonly calls: readonly { readonly method: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** Refuses the next calls of apps.connections.open with 500. */
  refuseConnections(times: number): void;
  /** Resolves when the app has a connection. */
  connected(): Promise<void>;
  /** Sends a frame over the newest connection. */
  send(frame: string | Uint8Array): void;
  /** Cuts every connection. */
  cut(): void;
  /** Resolves when the envelope is acknowledged, with the answer; rejects after the patience of the wire. */
  acknowledged(envelopeId: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Acknowledgements are waited for no longer than `patienceMs`. */
export const startSlackWire = async (people: Readonly<Record<string, Person>>, patienceMs: number): Promise<SlackWire> => {
  const calls: { method: string; fields: Record<string, unknown> }[] = [];
  const acks = new Map<string, unknown>();
  const waiting = new Map<string, (answer: unknown) => void>();
  let refusals = 0;
  let onConnection = (): void => undefined;

  const answerTo = (method: string, fields: Record<string, unknown>): { status: number; body: object } => {
    if (method === 'apps.connections.open' && refusals > 0) {
      refusals -= 1;
      return { status: 500, body: {} };
    }
    if (method === 'apps.connections.open') return { status: 200, body: { ok: true, url: `ws://127.0.0.1:${port}/socket` } };
    if (method === 'auth.test') return { status: 200, body: { ok: true, team_id: 'T0HOME', user_id: 'U0PGDIST', bot_id: 'B0PGDIST' } };
    if (method !== 'users.info') return { status: 200, body: { ok: true, ts: '1.1', message_ts: '1.1' } };
    const user = Object.hasOwn(people, String(fields['user'])) ? people[String(fields['user'])] : undefined;
    return { status: 200, body: user === undefined ? { ok: false, error: 'user_not_found' } : { ok: true, user: { id: fields['user'], ...user } } };
  };

  const server = createServer((incoming, response) => {
    void textOf(incoming).then((text) => {
      const method = (incoming.url ?? '').replace('/api/', '');
      const fields = { ...parse(text) } as Record<string, unknown>;
      if (calls.push({ method, fields }) > 1_000) calls.shift();
      const { status, body } = answerTo(method, fields);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { envelope_id: id, payload } = JSON.parse(data.toString()) as { envelope_id: string; payload: unknown };
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (waiter === undefined) acks.set(id, payload);
      else waiter(payload);
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    onConnection();
  });
  const newest = (): WebSocket | undefined => [...sockets.clients].findLast(({ readyState }) => readyState === 1);

  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    refuseConnections: (times) => void (refusals = times),
    async connected() {
      while (newest() === undefined) await new Promise<void>((resolve) => (onConnection = resolve));
    },
    send(frame) {
      const socket = newest();
      if (socket === undefined) throw new Error('the app has no connection');
      socket.send(frame);
    },
    cut: () => sockets.clients.forEach((socket) => socket.terminate()),
    acknowledged(id) {
      if (acks.has(id)) return Promise.resolve(acks.get(id));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`envelope ${id.slice(0, 40)} was not acknowledged within ${patienceMs} ms`)), patienceMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
      });
    },
    async close() {
      sockets.clients.forEach((socket) => socket.terminate());
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

export const newSigningSecret = (): string => randomBytes(16).toString('hex');

/** Sends a body as Slack's servers do, signed now. Resolves with the answer. */
export const postSigned = (
  {
    url,
    signingSecret,
    contentType,
    patienceMs,
  }: { readonly url: string; readonly signingSecret: string; readonly contentType: string; readonly patienceMs: number },
  body: string,
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const seconds = Math.trunc(Date.now() / 1000);
    const outgoing = request(
      url,
      {
        method: 'POST',
        timeout: patienceMs,
        headers: {
          'content-type': contentType,
          'content-length': Buffer.byteLength(body),
          'x-slack-request-timestamp': String(seconds),
          'x-slack-signature': `v0=${createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex')}`,
        },
      },
      (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('not answered within 5 s')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const textOf = async (stream: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
};
