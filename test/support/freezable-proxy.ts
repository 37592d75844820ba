import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** all: nothing passes. answers: what is sent arrives, and nothing comes back. */
export type Frozen = 'all' | 'answers';

/** A TCP proxy that can be made to stand still, as a network or a server does, without breaking a connection. */
export interface FreezableProxy {
  readonly port: number;
  freeze(what: Frozen): void;
  /** Lets pass what came meanwhile, in its order. */
  thaw(): void;
  /** Resets every connection, with what was held back. */
  cut(): void;
  close(): Promise<void>;
}

/** `port` may be known later than the proxy: connections wait for it. */
export const startFreezableProxy = async (target: {
  readonly host: string;
  readonly port: number | (() => Promise<number>);
}): Promise<FreezableProxy> => {
  let frozen: Frozen | undefined;
  const links = new Set<{ readonly near: Socket; readonly far: Socket; flow(): void }>();
  const server = createServer((near) => void link(near));
  const link = async (near: Socket): Promise<void> => {
    near.on('error', () => undefined);
    const far = connect(typeof target.port === 'number' ? target.port : await target.port(), target.host);
    const flow = (): void => {
      if (frozen === 'all') near.pause();
      else near.resume();
      if (frozen === undefined) far.resume();
      else far.pause();
    };
    const both = { near, far, flow };
    links.add(both);
    near.on('data', (bytes: Buffer) => void far.write(bytes));
    far.on('data', (bytes: Buffer) => void near.write(bytes));
    flow();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        links.delete(both);
        other.destroySoon();
      });
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const flowAll = (now: Frozen | undefined): void => {
    frozen = now;
    for (const { flow } of links) flow();
  };
  const cut = (): void => {
    for (const { near, far } of links) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    freeze: flowAll,
    thaw: () => flowAll(undefined),
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
};
