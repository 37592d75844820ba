import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One TCP address in front of servers, as a load balancer or a Kubernetes Service is. */
export interface Forwarder {
  readonly port: number;
  /** Leads connections from now on to that port; those that are open stay where they are. */
  to(port: number): void;
  /** Ends all connections. */
  cut(): void;
  /** Hands every answer on so much later, milliseconds. */
  slow(delayMs: number): void;
  /** Hands nothing on in either direction on connections that are open now, and ends none of them: their other end is gone without a word. */
  swallow(): void;
  /** Connections that were made so far. */
  readonly opened: () => number;
  close(): Promise<void>;
}

export const startForwarder = async (first: number): Promise<Forwarder> => {
  let port = first;
  let delayMs = 0;
  let opened = 0;
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket; swallowed: boolean }>();
  const server = createServer({ noDelay: true }, (near) => {
    opened += 1;
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = { near, far, swallowed: false };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      if (pair.swallowed) return;
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.on('data', (chunk) => {
      if (!pair.swallowed) far.write(chunk);
    });
    far.on('data', (chunk) => {
      const hand = (): void => {
        if (!pair.swallowed && !near.destroyed) near.write(chunk);
      };
      if (delayMs === 0) hand();
      else setTimeout(hand, delayMs);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    to: (next) => void (port = next),
    cut,
    slow: (ms) => void (delayMs = ms),
    swallow: () => pairs.forEach((pair) => void (pair.swallowed = true)),
    opened: () => opened,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
};
