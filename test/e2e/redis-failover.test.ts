import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { eventually } from '../support/eventually.ts';
import { startForwarder, type Forwarder } from '../support/forwarder.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { askedOf, startPair, type RedisPair } from '../support/redis-topologies.ts';
import { freePort, redisPrograms, startRedis, type TestRedis } from '../support/redis.ts';

const { program } = redisPrograms()[0]!;
let pair: RedisPair;
let address: Forwarder;
let playground: TestPlayground;
let record: OpenRedis;
beforeAll(async () => {
  pair = await startPair(program);
  address = await startForwarder(pair.first.port);
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60, redisUrl: `redis://127.0.0.1:${address.port}` });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
  await address?.close();
  await pair?.close();
});

test('a deploy with a failover of Redis in its middle ends as if nothing had been', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait applying
  `);
  const doneSteps = async (): Promise<number> => {
    const [run] = await record.store.live();
    return Object.values(run?.outcomes ?? {}).filter(({ state }) => state === 'done').length;
  };
  await eventually(async () => expect(await doneSteps()).toBeGreaterThan(2));
  // Old connections stay with the old master, which takes no more writes.
  await pair.failover();
  address.to(pair.second.port);
  await playground.play(`
    wait succeeded
    expect 2 of 2 standbys streaming
    alice: /pgdist runs
    expect-private alice succeeded
  `);
  const told = playground.slack.transcript(CHANNEL);
  expect(told).not.toMatch(/bug|PGD-099|attempt 2/);
  expect(await record.store.live()).toEqual([]);
  await record.close();
  expect(await pair.connectedTo(pair.first)).toEqual([]);
});

const entryOf = (name: 'bot' | 'worker'): string => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));

const environmentOf = (name: 'bot' | 'worker', url: string) => ({
  ...playground.environment,
  REDIS_URL: url,
  ...(name === 'bot' ? { SLACK_APP_TOKEN: playground.slack.appToken } : {}),
});

/** Starts a process against a Redis that it cannot use; how it ended, and what it said of why. */
const refusal = async (name: 'bot' | 'worker', url: string): Promise<{ code: unknown; faults: unknown }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [entryOf(name)], { env: environmentOf(name, url) }, (error, stdout) => {
      const line = stdout.split('\n').find((text) => text.includes('"redis is not fit"')) ?? '{}';
      resolve({ code: error?.code, faults: (JSON.parse(line) as { faults?: unknown }).faults });
    });
  });

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
      for (const name of ['bot', 'worker'] as const) expect(await refusal(name, url)).toEqual({ code: 2, faults: [expect.stringMatching(says)] });
    } finally {
      await server.close();
    }
  },
);

test('a Redis that is not there yet is waited for: the log and /readyz say so, and the worker begins when it comes', async () => {
  const [port, healthPort] = [await freePort(), await freePort()];
  const env = { ...environmentOf('worker', `redis://127.0.0.1:${port}`), HEALTH_PORT: String(healthPort), PGDIST_PREFIX: 'later' };
  const worker = spawn(process.execPath, [entryOf('worker')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(worker, 'exit');
  let log = '';
  worker.stdout.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  const readyz = async (): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).text();
  let server: TestRedis | undefined;
  try {
    await eventually(async () => expect(await readyz()).toBe(`the worker has not started\nnobody answers at 127.0.0.1:${port} (ECONNREFUSED)\n`));
    await eventually(() => expect(log).toContain('"waiting for redis"'));
    server = await startRedis(undefined, { program, port });
    await eventually(async () => expect(await readyz()).toBe('ok\n'));
    expect(log).toContain('"redis is fit now"');
  } finally {
    worker.kill('SIGTERM');
    await ended;
    await server?.close();
  }
});
