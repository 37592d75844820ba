import { CLUSTERADM_VERSION, DEFAULT_BUNDLE } from './bundle.ts';
import { openCluster, readRoutes } from './cluster-access.ts';
import type { Console } from './console.ts';
import { parseFlags } from './flags.ts';
import { Panic } from './hub-check.ts';
import { init, INIT_FLAGS } from './init.ts';
import { join, JOIN_FLAGS } from './join.ts';
import { getToken, requireHub, TOKEN_FLAGS } from './token.ts';

/** Stand-in for clusteradm: same flags, output and exit codes for what it has. */
const main = async ([command, ...args]: readonly string[], io: Console): Promise<void> => {
  const route = await readRoutes(process.env['PGDIST_PLAYGROUND_NETWORK']);
  if (command === 'version') {
    io.out(`clusteradm\tversion\t:${CLUSTERADM_VERSION}\ndefault bundle\tversion\t:${DEFAULT_BUNDLE}\n`);
    return;
  }
  if (command === 'init') {
    const flags = parseFlags(args, INIT_FLAGS);
    return init(await openCluster(flags, route), flags, io);
  }
  if (command === 'join') {
    const flags = parseFlags(args, JOIN_FLAGS);
    return join(await openCluster(flags, route), flags, io, route);
  }
  if (command === 'accept') {
    // Loaded when needed: the certificate library takes longer to load than the rest.
    const { accept, ACCEPT_FLAGS } = await import('./accept.ts');
    const flags = parseFlags(args, ACCEPT_FLAGS);
    const hub = await openCluster(flags, route);
    await requireHub(hub);
    return accept(hub, flags, io);
  }
  if (command === 'get' && args[0] === 'token') {
    const flags = parseFlags(args.slice(1), TOKEN_FLAGS);
    return getToken(await openCluster(flags, route), flags, io);
  }
  throw new Error(`unknown command "${[command, ...args.slice(0, 1)].join(' ').trim()}" for "clusteradm"`);
};

const io: Console = { out: (text) => void process.stdout.write(text), err: (text) => void process.stderr.write(text) };
try {
  await main(process.argv.slice(2), io);
} catch (error) {
  const panic = error instanceof Panic;
  const { message } = error as Error;
  io.err(panic ? `panic: ${message}\n\ngoroutine 1 [running]:\n` : `Error: ${message}\n`);
  process.exitCode = panic ? 2 : 1;
}
// Pooled connections would keep the process for half a minute.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
