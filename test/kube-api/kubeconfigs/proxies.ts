import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificates } from './certificates.ts';

/** Proxies that lead every name to this machine: to the port that is asked for, or to the one that p<port>.example.test names. */
export interface Proxies {
  readonly httpPort: number;
  /** Its certificate is signed by the authority of the clusters. */
  readonly httpsPort: number;
  readonly socksPort: number;
  /** What the proxy was asked for on the connection that it made from this port. */
  via(port: number): string | undefined;
  close(): Promise<void>;
}

export const startProxies = async ({ serving }: Certificates): Promise<Proxies> => {
  const asked = new Map<number, string>();
  const open = new Set<Socket>();
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
  };
  /** A connection to where the name really is, noted before its first byte. */
  const reach = async (host: string, port: number, what: string): Promise<Socket> => {
    const socket = connect(Number(/^p(\d+)\.example\.test$/.exec(host)?.[1] ?? port), '127.0.0.1');
    track(socket);
    await once(socket, 'connect');
    const from = socket.localPort ?? 0;
    asked.set(from, what);
    // Ports are used again.
    socket.once('close', () => asked.delete(from));
    return socket;
  };
  const join = (one: Duplex, other: Duplex): void => {
    one.pipe(other).on('error', () => one.destroy());
    other.pipe(one).on('error', () => other.destroy());
  };

  const tunnel =
    (kind: string) =>
    async (request: IncomingMessage, client: Duplex): Promise<void> => {
      client.on('error', () => undefined);
      const [, host = '', port = '0'] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(request.url ?? '') ?? [];
      const upstream = await reach(host, Number(port), `${kind} CONNECT ${request.url}${userOf(request)}`);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(client, upstream);
    };
  const forward =
    (kind: string) =>
    async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { hostname, port, pathname, search, origin } = new URL(request.url ?? '');
      const upstream = await reach(hostname, Number(port || 80), `${kind} ${request.method} to ${origin}${userOf(request)}`);
      const { 'proxy-authorization': _, ...headers } = request.headers;
      const passed = httpRequest(
        { createConnection: () => upstream, method: request.method ?? 'GET', path: pathname + search, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(passed);
    };
  const http = createHttpServer((request, response) => void forward('http')(request, response));
  http.on('connect', (request, client) => void tunnel('http')(request, client));
  const https = createHttpsServer(
    { cert: serving.certPem + serving.caPem, key: serving.keyPem },
    (request, response) => void forward('https')(request, response),
  );
  https.on('connect', (request, client) => void tunnel('https')(request, client));
  https.on('tlsClientError', () => undefined);
  const socks = createServer((client) => void serveSocks(client, reach, join));
  const servers: readonly Server[] = [http, https, socks];
  for (const server of servers) {
    server.on('connection', track);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  return {
    httpPort: portOf(http),
    httpsPort: portOf(https),
    socksPort: portOf(socks),
    via: (port) => asked.get(port),
    async close() {
      const closed = Promise.all(servers.map((server) => once(server, 'close')));
      for (const server of servers) server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};

const userOf = ({ headers }: IncomingMessage): string => {
  const [, basic] = /^Basic (.+)$/.exec(headers['proxy-authorization'] ?? '') ?? [];
  return basic === undefined ? '' : ` as ${Buffer.from(basic, 'base64').toString()}`;
};

/** RFC 1928 with names, addresses and, where the client offers it, RFC 1929. */
const serveSocks = async (
  client: Socket,
  reach: (host: string, port: number, what: string) => Promise<Socket>,
  join: (one: Duplex, other: Duplex) => void,
): Promise<void> => {
  const take = reader(client);
  try {
    const [, count = 0] = await take(2);
    const methods = await take(count);
    let user = '';
    if (methods.includes(2)) {
      client.write(Buffer.from([5, 2]));
      const [, nameLength = 0] = await take(2);
      const name = await take(nameLength);
      const [wordLength = 0] = await take(1);
      user = ` as ${name.toString()}:${(await take(wordLength)).toString()}`;
      client.write(Buffer.from([1, 0]));
    } else client.write(Buffer.from([5, 0]));
    const [, , , type] = await take(4);
    const host = await addressOf(type, take);
    const port = (await take(2)).readUInt16BE();
    const upstream = await reach(host, port, `socks5 ${type === 3 ? 'name' : 'address'} ${host}:${port}${user}`);
    client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
    join(client, upstream);
    client.resume();
  } catch {
    client.destroy();
  }
};

const addressOf = async (type: number | undefined, take: (count: number) => Promise<Buffer>): Promise<string> => {
  if (type === 1) return [...(await take(4))].join('.');
  if (type === 4) return (await take(16)).toString('hex').replaceAll(/(.{4})(?!$)/g, '$1:');
  const [length = 0] = await take(1);
  return (await take(length)).toString();
};

const reader = (socket: Socket) => {
  socket.pause();
  return async (count: number): Promise<Buffer> => {
    for (;;) {
      if (count === 0) return Buffer.alloc(0);
      const bytes = socket.read(count) as Buffer | null;
      if (bytes !== null) return bytes;
      if (socket.readableEnded || socket.destroyed) throw new Error('the client went away');
      await once(socket, 'readable');
    }
  };
};
