import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux gives to whoever connects or listens on port 0, so that nobody gets it by chance before its own server listens. */
const FIRST = 12_000;
const LAST = 32_000;
const TRIES = 200;

/** A port on which nothing listens now, at the address or at all addresses: for a server that cannot be told to choose one itself. */
export const freePort = async (address = '127.0.0.1', random: () => number = Math.random): Promise<number> => {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = FIRST + Math.floor(random() * (LAST - FIRST));
    if ((await isFree(port, address)) && (await isFree(port, undefined))) return port;
  }
  throw new Error(`no port of ${address} is free`);
};

const isFree = async (port: number, address: string | undefined): Promise<boolean> => {
  const probe = createServer();
  try {
    await once(probe.listen(port, address), 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
};
