import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithMe } from './control/lifeline.ts';

/** A process of pgdist's, started as it is in production. */
export interface PgdistProcess {
  readonly name: string;
  readonly running: boolean;
  /** Of the operating system; undefined while it does not run. */
  readonly pid: number | undefined;
  /** Resolves when the process says that it has started. */
  start(): Promise<void>;
  /** SIGTERM, then waits for the end; SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** As the chart starts them. V8 lets the worker's heap grow to twice as much, unless memory comes first: docs/performance.md. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = { 'worker.ts': ['--optimize-for-size'] };

/** What Node compiled, kept for the next start. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/pgdist-compiled', import.meta.url));

/** Of what a process says that cannot start. */
const LAST_LINES = 10;

/** Entry is a file under src/, 'worker.ts'; its output goes to a log file. */
export const pgdistProcess = (name: string, entry: string, environment: Readonly<Record<string, string>>, logFile: string): PgdistProcess => {
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child?.kill(signal);
    await ended;
  };
  return {
    name,
    get running() {
      return child !== undefined;
    },
    get pid() {
      return child?.pid;
    },
    async start() {
      if (child !== undefined) return;
      const log = createWriteStream(logFile, { flags: 'a' });
      const started = spawn(process.execPath, [...(ARGUMENTS[entry] ?? []), fileURLToPath(new URL(`../src/${entry}`, import.meta.url))], {
        env: { NODE_COMPILE_CACHE: COMPILED, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        // As in a container of its own: it gets its own share of a busy machine, and no signal that a terminal sends to all.
        detached: true,
      });
      started.stdout.pipe(log, { end: false });
      started.stderr.pipe(log, { end: false });
      child = started;
      const spare = endWithMe(started.pid, 'KILL');
      ended = once(started, 'exit').then(() => {
        child = undefined;
        spare();
        log.end();
      });
      const last: string[] = [];
      await new Promise<void>((resolve, reject) => {
        for (const input of [started.stdout, started.stderr])
          createInterface({ input }).on('line', (line) => {
            last.push(line);
            if (last.length > LAST_LINES) last.shift();
            if (line.includes(`"${name} started"`)) resolve();
          });
        started.once('error', reject);
        void ended.then(() => reject(new Error([`${name} ended before it was ready:`, ...last].join('\n'))));
      });
    },
    async stop(graceMs = 5000) {
      const hard = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await end('SIGTERM');
      clearTimeout(hard);
    },
    kill: () => end('SIGKILL'),
  };
};
