import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithMe } from './lifeline.mjs';
import { aptInstall, mayInstall, onPath, say, SetupError } from './system.mjs';

const HELP = `a Redis is needed. Either set REDIS_URL, or install one:
  Debian, Ubuntu   sudo apt-get install redis-server
  macOS            brew install redis
  containers       docker run --rm -p 6379:6379 redis:7 --appendonly yes --maxmemory-policy noeviction   (then REDIS_URL=redis://127.0.0.1:6379)`;

/** A Redis for the command: REDIS_URL, or a server of our own on a free loopback port, with its data in a temporary folder. */
export const ensureRedis = async () => {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => undefined };
  let program = onPath('redis-server', 'valkey-server');
  if (program === undefined) {
    if (!mayInstall()) throw new SetupError(HELP);
    aptInstall('redis-server');
    program = onPath('redis-server');
  }
  if (program === undefined) throw new SetupError(HELP);
  return startRedis(program);
};

const startRedis = async (program) => {
  const folder = mkdtempSync(join(tmpdir(), 'pgdist-redis-'));
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'];
  // Its own group: an interrupt from the terminal must reach the command first, which still needs Redis to end well.
  const server = spawn(program, settings.map(String), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const spare = endWithMe(server.pid, 'KILL');
  const ended = new Promise((resolve) => server.once('exit', resolve)).then(spare);
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => server.kill('SIGKILL'));
  await ready(server, ended);
  say(`started ${program} on 127.0.0.1:${port}, stopped at the end`);
  return { url: `redis://127.0.0.1:${port}`, stop };
};

const ready = (server, ended) =>
  new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      output += chunk;
      if (/ready to accept connections/i.test(output)) resolve();
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', reject);
    void ended.then(() => reject(new SetupError(`redis did not start: ${output.trim().split('\n').at(-1)}`)));
  });

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
