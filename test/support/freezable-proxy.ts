import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** all: nothing passes. answers: what is sent arrives, and nothing comes back. */
export type Frozen = 'all' | 'answers';

/** Stands in a proxy's way; a connection that is lost passes nothing any more, in neither direction. */
export interface Tap {
  /** A reader for one connection: cuts what is sent into parts, each of which is passed on by itself. */
  open(): { parts(bytes: Buffer): readonly TappedPart[] };
}

/** What a connection sends at a time, a request for example, with what happens before it is passed on, and before the first answer after it is. */
export interface TappedPart {
  readonly bytes: Buffer;
  before?(): Promise<'goes on' | 'is lost'>;
  after?(): Promise<'goes on' | 'is lost'>;
}

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
  readonly tap?: Tap;
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
    if (target.tap === undefined) {
      near.on('data', (bytes: Buffer) => void far.write(bytes));
      far.on('data', (bytes: Buffer) => void near.write(bytes));
    } else passTapped(near, far, target.tap);
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

/** Passes on part by part, in order, as the tap says. */
const passTapped = (near: Socket, far: Socket, tap: Tap): void => {
  const reader = tap.open();
  let isLost = false;
  let sending: Promise<void> = Promise.resolve();
  let answering: Promise<void> = Promise.resolve();
  const awaited: NonNullable<TappedPart['after']>[] = [];
  const lose = (): void => {
    isLost = true;
    near.destroy();
    far.destroy();
  };
  near.on('data', (chunk: Buffer) => {
    for (const { bytes, before, after } of reader.parts(chunk))
      sending = sending.then(async () => {
        if (isLost) return;
        if ((await before?.()) === 'is lost') return lose();
        if (after !== undefined) awaited.push(after);
        far.write(bytes);
      });
  });
  far.on('data', (bytes: Buffer) => {
    const heard = awaited.splice(0);
    answering = answering.then(async () => {
      for (const after of heard) if (!isLost && (await after()) === 'is lost') lose();
      if (!isLost) near.write(bytes);
    });
  });
};
