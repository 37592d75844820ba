import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import type { Pem } from '../support/certificates.ts';

export interface Door {
  readonly port: number;
  /** From now on, to this port of loopback. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

/** TLS at an address of this machine, in front of a server on loopback: Slack's API is refused over plain HTTP, as tokens go there. */
export const openDoor = async (host: string, { certificate, key }: Pem): Promise<Door> => {
  const sockets = new Set<Socket>();
  let behind = 0;
  const server = createServer({ cert: certificate, key }, (socket) => {
    const inner = connect(behind, '127.0.0.1');
    for (const one of [socket, inner]) {
      sockets.add(one);
      one.on('close', () => sockets.delete(one));
    }
    pipeline(socket, inner, socket, () => undefined);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => void (behind = port),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
