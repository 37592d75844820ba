import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** All of one request that says where it was sent and who asked. */
export interface Arrival {
  readonly method: string;
  /** As it stood in the request. */
  readonly url: string;
  readonly host: string;
  readonly authorization: string | undefined;
  /** Each line of the headers Impersonate-*, sorted, names in lower case. */
  readonly impersonation: readonly string[];
  /** Common name of the client's certificate. */
  readonly certificate: string | undefined;
  /** Name that the client wanted a certificate for; undefined: none, as for an IP address. */
  readonly serverName: string | undefined;
  readonly encrypted: boolean;
  /** What the proxy between was asked for. */
  readonly via: string | undefined;
}

/** An API server that writes down what arrives, over TLS and without. */
export interface Recorder {
  /** Of the one with TLS, on 127.0.0.1 and ::1. */
  readonly port: number;
  readonly plainPort: number;
  /** What arrived since this was asked last. */
  taken(): readonly Arrival[];
  /** Requests without this Authorization are refused with 401 from now on. */
  demand(authorization: string | undefined): void;
  close(): Promise<void>;
}

const VERSION = JSON.stringify({ major: '1', minor: '35', gitVersion: 'v1.35.0' });
const UNAUTHORIZED = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
});

export const startRecorder = async (
  { serving }: Certificates,
  { via = () => undefined }: { readonly via?: (port: number) => string | undefined } = {},
): Promise<Recorder> => {
  let arrived: Arrival[] = [];
  let demanded: string | undefined;
  const open = new Set<Socket>();
  const record = (request: IncomingMessage): boolean => {
    arrived.push(arrivalOf(request, via));
    return demanded === undefined || request.headers.authorization === demanded;
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const accepted = record(request);
    response.writeHead(accepted ? 200 : 401, { 'content-type': 'application/json' });
    response.end(accepted ? VERSION : UNAUTHORIZED);
  };
  const upgrade = (request: IncomingMessage, connection: Duplex): void => {
    record(request);
    connection.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  };
  const secure = createServer({ cert: serving.certPem + serving.caPem, key: serving.keyPem, requestCert: true, rejectUnauthorized: false }, answer);
  const plain = createPlainServer(answer);
  for (const server of [secure, plain]) {
    server.on('upgrade', upgrade);
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    server.listen(0, '::');
    await once(server, 'listening');
  }
  secure.on('tlsClientError', () => undefined);
  return {
    port: (secure.address() as AddressInfo).port,
    plainPort: (plain.address() as AddressInfo).port,
    taken() {
      const taken = arrived;
      arrived = [];
      return taken;
    },
    demand(authorization) {
      demanded = authorization;
    },
    async close() {
      const closed = Promise.all([secure, plain].map((server) => once(server, 'close')));
      secure.close();
      plain.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};

const arrivalOf = ({ method = '', url = '', headers, rawHeaders, socket }: IncomingMessage, via: (port: number) => string | undefined): Arrival => {
  const secured = socket as Partial<TLSSocket>;
  const { subject } = (secured.getPeerCertificate?.() ?? {}) as { subject?: { CN: string } };
  return {
    method,
    url,
    host: headers.host ?? '',
    authorization: headers.authorization,
    impersonation: rawHeaders
      .flatMap((name, index) => (index % 2 === 0 && /^impersonate-/i.test(name) ? [`${name.toLowerCase()}: ${rawHeaders[index + 1]}`] : []))
      .toSorted(),
    certificate: subject?.CN,
    serverName: typeof secured.servername === 'string' ? secured.servername : undefined,
    encrypted: secured.encrypted === true,
    via: via(socket.remotePort ?? 0),
  };
};
