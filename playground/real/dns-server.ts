import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { readQuery, writeAnswer, type Resolve } from '../node/dns/message.ts';
import { dnsConnection } from '../node/dns/tcp.ts';

export interface DnsServer {
  /** The same for UDP and TCP. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A DNS server at an address of this machine, on the wanted port if it is free for UDP and TCP, else on any that is. A question that cannot be
 * answered gets none.
 */
export const startDnsServer = async (address: string, resolve: Resolve, wantedPort = 0): Promise<DnsServer> => {
  try {
    return await listenOn(address, resolve, wantedPort);
  } catch (error) {
    if (wantedPort === 0) throw error;
    return listenOn(address, resolve, 0);
  }
};

const listenOn = async (address: string, resolve: Resolve, wantedPort: number): Promise<DnsServer> => {
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const inner = dnsConnection(resolve);
    pipeline(socket, inner, socket, () => undefined);
  });
  tcp.listen(wantedPort, address);
  await once(tcp, 'listening');
  const { port } = tcp.address() as { port: number };
  const udp = createSocket('udp4', (message, from) => {
    void (async () => {
      const query = readQuery(message);
      udp.send(writeAnswer(query, await resolve(query)), from.port, from.address);
    })().catch(() => undefined);
  });
  udp.bind(port, address);
  try {
    await once(udp, 'listening');
  } catch (error) {
    tcp.close();
    throw error;
  }
  return {
    port,
    async close() {
      udp.close();
      for (const socket of sockets) socket.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
};
