import { connect, isIP, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * A connection through a SOCKS5 proxy (RFC 1928, with name and password of the URL by RFC 1929). The proxy resolves names, as Go's does it. undici's own
 * SOCKS5 takes none of a pool's limits. Rejects with Error when the proxy does not answer within the time or refuses.
 */
export const connectThroughSocks5 = async (proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> => {
  const socket = connect(Number(proxy.port || 1080), bare(proxy.hostname));
  // What goes wrong later is the pool's to hear.
  const patience = setTimeout(() => socket.destroy(new Error(`the SOCKS5 proxy did not answer within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    await once(socket, 'connect');
    const take = reader(socket);
    const hasUser = proxy.username !== '' || proxy.password !== '';
    socket.write(hasUser ? Buffer.from([VERSION, 2, NOBODY, BY_PASSWORD]) : Buffer.from([VERSION, 1, NOBODY]));
    const [version, method] = await take(2);
    if (version !== VERSION) throw new Error('the proxy does not speak SOCKS5');
    if (method === BY_PASSWORD && hasUser) await authenticate(socket, take, proxy);
    else if (method !== NOBODY) throw new Error('the SOCKS5 proxy takes none of the ways to log in');
    socket.write(Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), addressOf(bare(host)), Buffer.from([port >> 8, port & 0xff])]));
    const [, refused = 1, , type] = await take(4);
    if (refused !== 0) throw new Error(`the SOCKS5 proxy does not connect: ${REFUSALS[refused] ?? `code ${refused}`}`);
    const length = type === NAME ? ((await take(1))[0] ?? 0) : type === IPV6 ? 16 : 4;
    await take(length + 2);
    return socket;
  } catch (error) {
    socket.destroy();
    throw socket.errored ?? error;
  } finally {
    clearTimeout(patience);
  }
};

const VERSION = 5;
const NOBODY = 0;
const BY_PASSWORD = 2;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it failed',
  2: 'its rules forbid it',
  3: 'no route to the network',
  4: 'no route to the host',
  5: 'connection refused',
  6: 'connection timed out',
  7: 'it does not know how',
  8: 'it does not know such addresses',
};

type Take = (bytes: number) => Promise<Buffer>;

const authenticate = async (socket: Socket, take: Take, { username, password }: URL): Promise<void> => {
  const part = (text: string): Buffer => {
    const bytes = Buffer.from(decodeURIComponent(text), 'utf8').subarray(0, 255);
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  };
  socket.write(Buffer.concat([Buffer.from([1]), part(username), part(password)]));
  if ((await take(2))[1] !== 0) throw new Error('the SOCKS5 proxy refused the name and password in proxy-url');
};

const addressOf = (host: string): Buffer => {
  const family = isIP(host);
  if (family === 4) return Buffer.from([IPV4, ...host.split('.').map(Number)]);
  if (family === 6) return Buffer.from([IPV6, ...sixteenBytes(host)]);
  const name = Buffer.from(host, 'utf8').subarray(0, 255);
  return Buffer.concat([Buffer.from([NAME, name.length]), name]);
};

const sixteenBytes = (address: string): number[] => {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
};

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** Takes bytes in their order, and leaves those behind them in the socket. */
const reader = (socket: Socket): Take => {
  socket.pause();
  return async (bytes) => {
    for (;;) {
      const found = socket.read(bytes) as Buffer | null;
      if (found !== null && found.length === bytes) return found;
      if (socket.readableEnded || socket.destroyed) throw socket.errored ?? new Error('the SOCKS5 proxy closed the connection');
      await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')]);
    }
  };
};
