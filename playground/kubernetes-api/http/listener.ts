import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServingCertificate } from '../auth/certificates.ts';

const HOST = '127.0.0.1';

export interface Listener {
  readonly port: number;
  /** Down: the port refuses connections and open ones are cut. Up again on the same port. */
  setDown(down: boolean): void;
  dropConnections(): void;
  close(): Promise<void>;
}

/** HTTPS on loopback. Client certificates are asked for and not checked: who they are is decided later. */
export const listen = async (
  { caPem, certPem, keyPem }: ServingCertificate,
  port: number,
  handlers: {
    readonly request: (request: IncomingMessage, response: ServerResponse) => void;
    readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  },
): Promise<Listener> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ cert: certPem + caPem, key: keyPem, requestCert: true, rejectUnauthorized: false, keepAliveTimeout: 60_000 });
  server.on('request', handlers.request);
  server.on('upgrade', handlers.upgrade);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: bound,
    dropConnections,
    setDown(down) {
      if (!down) {
        server.listen(bound, HOST);
        return;
      }
      server.close();
      dropConnections();
    },
    async close() {
      dropConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
};
