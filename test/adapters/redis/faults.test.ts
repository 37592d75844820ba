import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { waitForRedis } from '../../../src/adapters/redis/fit-redis.ts';
import { openRedis, type OpenRedis } from '../../../src/adapters/redis/index.ts';
import { redisFault, saysReplica } from '../../../src/adapters/redis/redis-fault.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { startForwarder } from '../../support/forwarder.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { askedOf, startPair } from '../../support/redis-topologies.ts';
import { redisPrograms, startRedis, type TestRedis } from '../../support/redis.ts';

const toClose: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});
const closing = <T extends { close(): Promise<unknown> }>(opened: T): T => {
  toClose.push(() => opened.close());
  return opened;
};
const opened = (url: string): OpenRedis => closing(openRedis({ url, prefix: 'pgdist', clock: systemClock, log: quietLog }));
const said = async (redis: OpenRedis): Promise<string[]> =>
  (await redis.examine({ requirePersistence: true })).faults.map(({ kind, text }) => `${kind}: ${text}`);
const faultsAt = (url: string): Promise<string[]> => said(opened(url));
const ready = (redis: OpenRedis): Promise<string[]> => redis.faults({ requirePersistence: true });

/** A server that is brought into trouble over an administrator's connection. */
interface Case {
  readonly args?: readonly string[];
  readonly url?: (server: TestRedis) => string;
  readonly trouble?: (admin: Redis, server: TestRedis) => Promise<unknown>;
  readonly says: RegExp;
}

const withLogin = (login: string) => (server: TestRedis) => server.url.replace('//', `//${login}@`);
const PASSWORD = randomUUID();

const CASES: Readonly<Record<string, Case>> = {
  'a password that is missing': { args: ['--requirepass', PASSWORD], says: /^setting: .*wants a password and REDIS_URL has none/ },
  'a password that is wrong': {
    args: ['--requirepass', PASSWORD],
    url: withLogin(':wrong'),
    says: /^setting: .*refuses the user default or its password/,
  },
  'a user that does not exist': { url: withLogin('nobody:pw'), says: /^setting: .*refuses the user nobody or its password/ },
  'a user that is off': {
    trouble: (admin) => admin.call('ACL', 'SETUSER', 'pg', 'off', '>pw', '+@all', '~*', '&*'),
    url: withLogin('pg:pw'),
    says: /^setting: .*refuses the user pg .*a user that is off/,
  },
  'a database that Redis does not have': { url: ({ url }) => `${url}/99`, says: /^setting: .*has no database 99/ },
  'cluster mode': { args: ['--cluster-enabled', 'yes'], says: /^setting: .*cluster mode.*alone or behind Sentinel/ },
  'cluster mode that INFO does not tell': {
    args: ['--cluster-enabled', 'yes', '--rename-command', 'INFO', 'hidden'],
    says: /^setting: .*cluster mode/,
  },
  'a command that is switched off': { args: ['--rename-command', 'EVAL', ''], says: /^setting: .*lacks EVAL/ },
  'keys that may be evicted': { args: ['--maxmemory-policy', 'volatile-lru'], says: /^setting: maxmemory-policy is volatile-lru/ },
  'memory that is used up': { trouble: (admin) => admin.config('SET', 'maxmemory', '1'), says: /^passing: .*out of memory.*maxmemory/ },
  'too few replicas': { args: ['--min-replicas-to-write', '1'], says: /^passing: .*too few good replicas.*min-replicas-to-write/ },
  'a disk that takes nothing': {
    args: ['--save', '1 1', '--dbfilename', 'dump.rdb'],
    trouble: async (admin, { folder }) => {
      // A folder stands where the file is to go.
      await mkdir(`${folder}/dump.rdb/full`, { recursive: true });
      await admin.set('a', 'b');
      await admin.bgsave();
      await eventually(async () => expect(await admin.info('persistence')).toContain('rdb_last_bgsave_status:err'));
    },
    says: /^passing: .*cannot save to its disk \(MISCONF\)/,
  },
  "a script of somebody's that does not end": {
    args: ['--busy-reply-threshold', '20'],
    // oxlint-disable-next-line typescript/require-await -- it must not be awaited: it ends with the server
    trouble: async (admin) => void admin.eval('while true do end', 0).catch(() => undefined),
    says: /^passing: .*busy with somebody's script: SCRIPT KILL/,
  },
  'no connection left': {
    trouble: (admin) => admin.config('SET', 'maxclients', '1'),
    says: /^passing: .*(no connection left|has none left).*maxclients/,
  },
};

describe.each(redisPrograms())('$name', ({ program }) => {
  test.each(Object.entries(CASES))('%s is named before pgdist begins', async (_title, { args = [], url = (server) => server.url, trouble, says }) => {
    const server = closing(await startRedis(['--appendonly', 'yes', '--save', '', ...args], { program }));
    const admin = new Redis(server.port, '127.0.0.1');
    admin.on('error', () => undefined);
    toClose.push(() => admin.disconnect());
    await trouble?.(admin, server);
    await eventually(async () => expect(await faultsAt(url(server))).toEqual([expect.stringMatching(says)]));
  });

  test('a replica is refused at the start and named, and so is a Sentinel that is taken for a Redis, and a Redis for a Sentinel', async () => {
    const pair = closing(await startPair(program));
    expect(await faultsAt(pair.second.url)).toEqual([expect.stringMatching(/^setting: .*is a replica and takes no writes.*redis\+sentinel/)]);
    const lines = [`sentinel monitor main 127.0.0.1 ${pair.first.port} 2`];
    const sentinel = closing(await startRedis(['--sentinel'], { program, lines, ready: '+monitor master' }));
    expect(await faultsAt(sentinel.url)).toEqual([expect.stringMatching(/^setting: .*is a Sentinel: write redis\+sentinel/)]);
    expect(await faultsAt(`${pair.first.url.replace('redis:', 'redis+sentinel:')}/main`)).toEqual([
      expect.stringMatching(/^setting: .*is no Sentinel/),
    ]);
  });

  test('a socket of this machine is an address like another', async () => {
    const server = closing(await startRedis(['--appendonly', 'yes', '--unixsocket', 'FOLDER/redis.sock'], { program }));
    expect(await faultsAt(`unix://${server.folder}/redis.sock?db=2`)).toEqual([]);
    expect(await faultsAt(`unix://${server.folder}/none.sock`)).toEqual([
      expect.stringMatching(/^passing: nobody answers at .*none\.sock \(ENOENT\)/),
    ]);
  });

  test('a Redis that loads its data is waited for, and the log says so once', async () => {
    const server = closing(await startRedis(['--appendonly', 'yes', '--enable-debug-command', 'yes'], { program }));
    await askedOf(server, (redis) => redis.call('DEBUG', 'POPULATE', '2000', 'key', '10'));
    await askedOf(server, (redis) => redis.call('BGREWRITEAOF'));
    await eventually(() =>
      askedOf(server, async (redis) => expect(await redis.info('persistence')).toMatch(/aof_rewrite_in_progress:0[^]*aof_rewrite_scheduled:0/)),
    );
    await server.stop();
    const slow = closing(
      await startRedis(
        ['--appendonly', 'yes', '--dir', server.folder, '--key-load-delay', '1000', '--loading-process-events-interval-bytes', '1024'],
        {
          program,
          ready: 'Running mode=standalone',
        },
      ),
    );
    const warned: unknown[] = [];
    const log = { ...quietLog, warn: (fields: object) => void warned.push((fields as { reason?: string }).reason) };
    const redis = opened(slow.url);
    const signal = new AbortController().signal;
    expect(await waitForRedis(redis, { requirePersistence: true, clock: systemClock, log, signal })).toEqual([]);
    expect(warned.filter((reason) => String(reason).includes('is still loading its data'))).toHaveLength(1);
  });

  test('what goes wrong later stands in /readyz, and goes when it is mended', async () => {
    const server = closing(await startRedis(undefined, { program }));
    const redis = opened(server.url);
    expect(await ready(redis)).toEqual([]);
    await askedOf(server, (admin) => admin.config('SET', 'maxmemory', '1'));
    expect(await ready(redis)).toEqual([expect.stringContaining('out of memory')]);
    await askedOf(server, (admin) => admin.config('SET', 'maxmemory', '0'));
    expect(await ready(redis)).toEqual([]);
    await askedOf(server, (admin) => admin.call('ACL', 'SETUSER', 'default', '-eval'));
    expect(await ready(redis)).toEqual([expect.stringContaining('ACL SETUSER default +eval')]);
    await askedOf(server, (admin) => admin.call('ACL', 'SETUSER', 'default', '+@all'));
    await server.stop();
    await eventually(async () => expect(await ready(redis)).toEqual([expect.stringContaining('nobody answers')]));
    await server.start();
    await eventually(async () => expect(await ready(redis)).toEqual([]));
  });

  test('a Redis that answers late is told as slow, by /readyz within a second, and does not keep pgdist from starting', async () => {
    const server = closing(await startRedis(undefined, { program }));
    const address = closing(await startForwarder(server.port));
    const redis = opened(`redis://127.0.0.1:${address.port}`);
    expect(await ready(redis)).toEqual([]);
    address.slow(1_200);
    expect(await ready(redis)).toEqual([expect.stringMatching(/is slow: no answer in 800 ms/)]);
    const warned: string[] = [];
    const log = { ...quietLog, warn: (_fields: object, message: string) => void warned.push(message) };
    const signal = new AbortController().signal;
    expect(await waitForRedis(redis, { requirePersistence: true, clock: systemClock, log, signal })).toEqual([]);
    expect(warned).toEqual(['redis is slow']);
    expect(await ready(redis)).toEqual([expect.stringMatching(/is slow: no answer in 800 ms, the last one took \d{4} ms/)]);
  });
});

/** What a Redis elsewhere says that none of the servers above says on loopback, by the address of a server that says it to everybody. */
test.each([
  ['-DENIED Redis is running in protected mode because protected mode is enabled\r\n', /^setting: .*protected mode.*requirepass/],
  ['-LOADING Redis is loading the dataset in memory\r\n', /^passing: .*loading its data/],
  ["-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n", /^setting: .*is a replica/],
  ['-CLUSTERDOWN Hash slot not served\r\n', /^setting: .*cluster mode/],
  ['-MOVED 866 10.0.0.9:6379\r\n', /^setting: .*cluster mode/],
  ["-CROSSSLOT Keys in request don't hash to the same slot\r\n", /^setting: .*cluster mode/],
  ['HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n', /^setting: .*does not speak as Redis does/],
])('an address that answers %j is named', async (answer, says) => {
  const server = createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.write(answer.repeat(200)))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const redis = opened(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    await eventually(async () => expect(await said(redis)).toEqual([expect.stringMatching(says)]));
  } finally {
    server.close();
  }
});

test.each([
  [
    "ERR Error running script (call to f_5ab4): @user_script:7: @user_script: 7: -READONLY You can't write against a read only replica.",
    /is a replica/,
  ],
  ["ERR Error running script (call to f_5ab4): @user_script:7: -OOM command not allowed when used memory > 'maxmemory'.", /out of memory/],
])('before Redis 7 an answer within a script came wrapped, and means the same: %s', (message, says) => {
  const place = { at: 'redis:6379', user: 'default', db: 0, tls: false, sentinel: false };
  expect(redisFault(new Error(message), place).text).toMatch(says);
  expect(saysReplica(new Error(message))).toBe(says.test('is a replica'));
});
