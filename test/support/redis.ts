import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TestRedis {
  readonly url: string;
  /** Kills the server as a crash would. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A redis-server (or valkey-server) of the test's own on a free port, with AOF and noeviction. */
export const startRedis = async (args: readonly string[] = ['--appendonly', 'yes']): Promise<TestRedis> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-redis-'));
  const port = await freePort();
  let running = await launch(port, folder, args);
  const stop = async (): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    stop,
    async start() {
      running = await launch(port, folder, args);
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const launch = async (port: number, folder: string, args: readonly string[]) => {
  for (const binary of ['redis-server', 'valkey-server']) {
    const child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const started = await new Promise<boolean>((resolve, reject) => {
      child.once('error', () => resolve(false));
      child.once('exit', (code) => reject(new Error(`${binary} ended with ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve(true);
      });
    });
    if (started) {
      child.removeAllListeners('exit');
      return child;
    }
  }
  throw new Error('neither redis-server nor valkey-server is on PATH');
};

/** A port that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
