import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Route {
  /** Where the primary listens. */
  readonly address: string;
  readonly port: number;
  /** Source address of the connection, so that the primary sees the standby's own. */
  readonly from: string;
}

export interface Relay {
  /** Of 127.0.0.1, for primary_conninfo. */
  readonly port: number;
  /** Asks for the route again and ends connections that have none or another. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The way from one standby to its primary: within a cluster the pod network, between clusters the slice. Connections are taken while `route` knows
 * one, and end with it.
 */
export const startRelay = async (route: () => Promise<Route | undefined>): Promise<Relay> => {
  const open = new Map<Socket, string>();
  const accepted = new Set<Socket>();
  const server = createServer((inner) => {
    accepted.add(inner);
    inner.on('close', () => accepted.delete(inner));
    inner.on('error', () => inner.destroy());
    void join(inner).catch(() => inner.destroy());
  });
  const join = async (inner: Socket): Promise<void> => {
    const to = await route();
    if (to === undefined) return void inner.destroy();
    const outer = connect({ host: to.address, port: to.port, localAddress: to.from });
    open.set(inner, keyOf(to));
    outer.on('error', () => inner.destroy());
    inner.on('close', () => {
      open.delete(inner);
      outer.destroy();
    });
    outer.on('close', () => inner.destroy());
    inner.pipe(outer).pipe(inner);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the relay has no port');
  return {
    port: bound.port,
    async refresh() {
      if (open.size === 0) return;
      const now = await route();
      for (const [socket, key] of open) if (now === undefined || key !== keyOf(now)) socket.destroy();
    },
    async close() {
      server.close();
      for (const socket of accepted) socket.destroy();
      await once(server, 'close');
    },
  };
};

const keyOf = ({ address, port, from }: Route): string => `${from}>${address}:${port}`;
