import { spawn } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithMe } from '../control/lifeline.ts';
import type { PostgresBinaries } from './binaries.ts';

export interface PostgresServer {
  readonly address: string;
  readonly port: number;
  /** Folder of the Unix socket, for psql. */
  readonly socketFolder: string;
  /** Resolves when it accepts connections; never, when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code (137 when a signal ended it, 127 when it could not be started). */
  readonly ended: Promise<number>;
  /** fast: rolls back what is open and shuts down; immediate: as if the machine had lost power. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

interface ServerOptions {
  readonly binaries: PostgresBinaries;
  readonly data: string;
  readonly socketFolder: string;
  /** Loopback address to listen on; nothing else is. */
  readonly address: string;
  readonly port: number;
  readonly log: (line: string) => void;
}

const READY = /database system is ready to accept (read-only )?connections/;
const STOP_TIMEOUT_MS = 10_000;

/** Starts `postgres` on an existing data folder. */
export const startServer = async ({ binaries, data, socketFolder, address, port, log }: ServerOptions): Promise<PostgresServer> => {
  await mkdir(socketFolder, { recursive: true });
  if (binaries.identity !== undefined) await chown(socketFolder, binaries.identity.uid, binaries.identity.gid);
  const child = spawn(join(binaries.bin, 'postgres'), ['-D', data, '-k', socketFolder, '-h', address, '-p', String(port)], {
    ...binaries.identity,
    cwd: data,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // As if the machine had lost power: nobody is left to tell it to shut down.
  const spare = endWithMe(child.pid, 'QUIT');
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      log(error.message);
      resolve(127);
    });
    child.once('exit', (code) => {
      spare();
      resolve(code ?? 137);
    });
  });
  const ready = new Promise<void>((resolve) => {
    const follow = (line: string): void => {
      log(line);
      if (READY.test(line)) resolve();
    };
    createInterface({ input: child.stderr }).on('line', follow);
    createInterface({ input: child.stdout }).on('line', follow);
  });
  return {
    address,
    port,
    socketFolder,
    ready,
    ended,
    async stop(mode = 'fast') {
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await ended;
      clearTimeout(kill);
    },
  };
};
