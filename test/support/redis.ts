import { freePort } from '../../playground/control/free-port.ts';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Data, and whatever else belongs to the server. */
  readonly folder: string;
  /** Kills the server as a crash would. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Keeps what it has on its disk now (appendonly); returns what starts it anew with that, as a replica that lags takes the place of its master. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Programs of this machine that serve Redis's protocol, with what they call themselves. VALKEY_SERVER and REDIS_SERVER name others than those on PATH. */
export const redisPrograms = (): { readonly program: string; readonly name: string }[] =>
  [process.env['REDIS_SERVER'] ?? 'redis-server', process.env['VALKEY_SERVER'] ?? 'valkey-server'].flatMap((program) => {
    try {
      const [, server = program, version = ''] = /^(\w+) server v=([\d.]+)/i.exec(execFileSync(program, ['--version'], { encoding: 'utf8' })) ?? [];
      return [{ program, name: `${server} ${version}` }];
    } catch {
      return [];
    }
  });

export interface TestRedisOptions {
  /** Default: the first of redisPrograms(). */
  readonly program?: string;
  /** Lines of a configuration file, which the server may rewrite; `FOLDER` stands for its folder. */
  readonly lines?: readonly string[];
  /** Its line on standard output when it can be used. */
  readonly ready?: string;
  /** The given port speaks TLS, no other is open. */
  readonly tls?: boolean;
  readonly port?: number;
}

/** A redis-server (or valkey-server) of the test's own on a free port, with AOF and noeviction. */
export const startRedis = async (args: readonly string[] = ['--appendonly', 'yes'], options: TestRedisOptions = {}): Promise<TestRedis> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-redis-'));
  const port = options.port ?? (await freePort());
  const program = options.program ?? redisPrograms()[0]?.program;
  if (program === undefined) throw new Error('neither redis-server nor valkey-server is on PATH');
  const file = join(folder, 'server.conf');
  if (options.lines !== undefined) await writeFile(file, options.lines.map((line) => `${line.replaceAll('FOLDER', folder)}\n`).join(''));
  const listening = options.tls === true ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
  const command = [...(options.lines === undefined ? [] : [file]), ...listening, '--bind', '127.0.0.1', '--dir', folder];
  const launch = (): Promise<ChildProcess> =>
    launched(program, [...command, ...args.map((arg) => arg.replaceAll('FOLDER', folder))], options.ready ?? 'Ready to accept connections');
  /** Settles once the server that was started last can be used, or ended. */
  let started = launch();
  await started;
  const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
  const stop = async (): Promise<void> => {
    const running = await started;
    if (hasEnded(running)) return;
    const gone = once(running, 'exit');
    // A stopped process takes no other signal.
    running.kill('SIGKILL');
    await gone;
  };
  const start = async (): Promise<void> => {
    if (!hasEnded(await started)) throw new Error('the server runs already');
    started = launch();
    await started;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    stop,
    start,
    async remember() {
      const [data, kept] = [join(folder, 'appendonlydir'), join(folder, 'kept')];
      await rm(kept, { recursive: true, force: true });
      await cp(data, kept, { recursive: true });
      return async () => {
        await stop();
        await rm(data, { recursive: true, force: true });
        await cp(kept, data, { recursive: true });
        await start();
      };
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const launched = async (program: string, args: readonly string[], ready: string): Promise<ChildProcess> => {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const last: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${last.slice(-3).join(' | ')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      last.push(line);
      if (line.includes(ready)) resolve();
    });
  });
  child.removeAllListeners('exit');
  return child;
};
