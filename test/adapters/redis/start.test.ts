import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { configFor, TWO_CLUSTERS } from '../../support/playground.ts';
import { askedOf } from '../../support/redis-topologies.ts';
import { freePort } from '../../../playground/control/free-port.ts';
import { redisPrograms, startRedis, type TestRedis } from '../../support/redis.ts';
import { startWorkspace } from '../slack/workspace.ts';

const { program } = redisPrograms()[0]!;
let folder: string;
let slack: Awaited<ReturnType<typeof startWorkspace>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-start-'));
  await writeFile(join(folder, 'pgdist.yaml'), configFor(TWO_CLUSTERS));
  slack = await startWorkspace();
});
afterAll(async () => {
  await slack?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A process of pgdist's as it is, and all that it logs. */
const started = (name: 'bot' | 'worker', url: string, more: Record<string, string> = {}) => {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    PGDIST_CONFIG: join(folder, 'pgdist.yaml'),
    REDIS_URL: url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(name === 'bot' ? { SLACK_APP_TOKEN: slack.appToken } : { KUBECONFIG: join(folder, 'kubeconfig') }),
    ...more,
  };
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../../src/${name}.ts`, import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  return { child, ended, log: () => log };
};

interface Unfit {
  readonly args?: readonly string[];
  readonly login?: string;
  readonly prepare?: (server: TestRedis) => Promise<unknown>;
  readonly says: RegExp;
}
const UNFIT: Readonly<Record<string, Unfit>> = {
  'a wrong password': { args: ['--requirepass', randomUUID()], login: ':wrong', says: /refuses the user default or its password/ },
  'a replica': { prepare: (server) => askedOf(server, (redis) => redis.call('REPLICAOF', '127.0.0.1', '1')), says: /is a replica/ },
  'cluster mode': { args: ['--cluster-enabled', 'yes'], says: /runs in cluster mode/ },
  'a right that is missing': {
    prepare: (server) => askedOf(server, (redis) => redis.call('ACL', 'SETUSER', 'default', '-zadd')),
    says: /ACL SETUSER default \+zadd$/,
  },
};

test.each(Object.entries(UNFIT))(
  '%s ends bot and worker with exit code 2 and the one sentence',
  async (_title, { args = [], login, prepare, says }) => {
    const server = await startRedis(['--appendonly', 'yes', ...args], { program });
    try {
      await prepare?.(server);
      const url = login === undefined ? server.url : server.url.replace('//', `//${login}@`);
      for (const name of ['bot', 'worker'] as const) {
        const { ended, log } = started(name, url);
        expect(await ended).toEqual([2, null]);
        const line = log()
          .split('\n')
          .find((text) => text.includes('"redis is not fit"'));
        expect(JSON.parse(line ?? '{}')).toMatchObject({ faults: [expect.stringMatching(says)] });
      }
    } finally {
      await server.close();
    }
  },
);

test('a Redis that is not there yet is waited for: the log and /readyz say so, and the worker begins when it comes', async () => {
  const [port, healthPort] = [await freePort(), await freePort()];
  const { child, ended, log } = started('worker', `redis://127.0.0.1:${port}`, { HEALTH_PORT: String(healthPort) });
  const readyz = async (): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).text();
  let server: TestRedis | undefined;
  try {
    await eventually(async () => expect(await readyz()).toBe(`the worker has not started\nnobody answers at 127.0.0.1:${port} (ECONNREFUSED)\n`));
    await eventually(() => expect(log()).toContain('"waiting for redis"'));
    server = await startRedis(undefined, { program, port });
    await eventually(async () => expect(await readyz()).toBe('ok\n'));
    await eventually(() => expect(log()).toContain('"redis is fit now"'));
  } finally {
    child.kill('SIGTERM');
    await ended;
    await server?.close();
  }
});
