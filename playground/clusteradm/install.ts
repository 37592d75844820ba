import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FleetNetwork } from '../control/network.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Writes an executable `clusteradm` into a folder for PATH and returns its path. It needs nothing from its environment: the node that runs it
 * and the network's addresses, as they are now, are written into it.
 */
export const writeClusteradm = async ({
  folder,
  network,
  node = process.execPath,
}: {
  readonly folder: string;
  readonly network: FleetNetwork;
  readonly node?: string;
}): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'clusteradm');
  const addresses = join(folder, 'clusteradm-network.json');
  await writeFile(addresses, JSON.stringify(network.addresses()));
  // The real program starts in some milliseconds; compiling this one each time would take half a second.
  const environment = `NODE_COMPILE_CACHE=${quoted(join(folder, 'compile-cache'))} PGDIST_PLAYGROUND_NETWORK=${quoted(addresses)} PGDIST_PLAYGROUND_PROGRAM="$0"`;
  await writeFile(path, `#!/bin/sh\n${environment} exec ${quoted(node)} --no-warnings ${quoted(MAIN)} "$@"\n`);
  await chmod(path, 0o755);
  return path;
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
