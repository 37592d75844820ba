import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { residentMb } from '../process-use.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SAMPLE_MS = 25;

/** A worker process as the chart starts it, watched from outside. */
export interface WatchedWorker {
  /** Highest so far, since the last call of `forget`. */
  peakMb(): number;
  /** Of the event loop, and for how long its own thread computed in one turn. */
  behindMs(): number;
  heldMs(): number;
  forget(): void;
  stop(): Promise<void>;
}

export const startWatchedWorker = async (environment: Readonly<Record<string, string>>): Promise<WatchedWorker> => {
  const child = fork(fileOf('../../src/worker.ts'), {
    env: { PATH: process.env['PATH'], ...environment },
    execArgv: ['--optimize-for-size', '--import', fileOf('loop-lag.ts')],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let peakMb = 0;
  let behindMs = 0;
  let heldMs = 0;
  child.on('message', (message) => {
    const lag = message as { behindMs: number; heldMs: number };
    behindMs = Math.max(behindMs, lag.behindMs);
    heldMs = Math.max(heldMs, lag.heldMs);
  });
  const last: string[] = [];
  const started = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on('line', (line) => {
        last.push(line);
        if (last.length > 5) last.shift();
        if (line.includes('worker started')) resolve();
      });
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${last.join('\n')}`)));
  });
  await started;
  // What is told next still covers the start: modules are loaded, which is nobody's attack.
  await once(child, 'message');
  await once(child, 'message');
  behindMs = 0;
  heldMs = 0;
  const ended = new AbortController();
  const gone = once(child, 'exit');
  const sample = async (): Promise<void> => {
    while (!ended.signal.aborted && child.exitCode === null) {
      peakMb = Math.max(peakMb, residentMb(child.pid!));
      await delay(SAMPLE_MS);
    }
  };
  const sampling = sample().catch(() => undefined);
  return {
    peakMb: () => peakMb,
    behindMs: () => behindMs,
    heldMs: () => heldMs,
    forget() {
      peakMb = 0;
      behindMs = 0;
      heldMs = 0;
    },
    async stop() {
      ended.abort();
      child.kill('SIGKILL');
      await Promise.all([gone, sampling]);
    },
  };
};

/** As much of Slack as a worker needs: every call succeeds. */
export const startAgreeableSlack = async (): Promise<{ readonly url: string; close(): void }> => {
  const server = createServer((request, response) => {
    request.resume();
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ok: true, ts: '1790000000.000100', channel: 'C0DB', permalink: 'https://example.slack.com/x', messages: [] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
};
