import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { freePort } from '../../playground/control/free-port.ts';
import { startRedis, type TestRedis } from './redis.ts';

/** Two servers, the second follows the first. */
export interface RedisPair {
  readonly first: TestRedis;
  readonly second: TestRedis;
  /** Makes the second the master and the first its replica, with nothing lost: what an operator or a managed Redis does. */
  failover(): Promise<void>;
  /** What else is connected there: names of connections, without replication and who asks. */
  connectedTo(server: TestRedis): Promise<string[]>;
  close(): Promise<void>;
}

const AOF = ['--appendonly', 'yes', '--repl-diskless-sync-delay', '0'];

export const startPair = async (program: string, args: readonly string[] = [], password?: string): Promise<RedisPair> => {
  const secret = password === undefined ? [] : ['--requirepass', password, '--masterauth', password];
  const first = await startRedis([...AOF, ...secret, ...args], { program });
  const second = await startRedis([...AOF, ...secret, ...args, '--replicaof', `127.0.0.1 ${first.port}`], { program });
  const asked = <T>(server: TestRedis, ask: (redis: Redis) => Promise<T>): Promise<T> => askedOf(server, ask, password);
  await eventually(() => asked(second, async (redis) => mustSay(await redis.info('replication'), 'master_link_status:up')));
  await eventually(() => asked(first, async (redis) => mustSay(await redis.info('replication'), 'state=online')));
  return {
    first,
    second,
    async failover() {
      await asked(first, (redis) => redis.call('FAILOVER', 'TO', '127.0.0.1', String(second.port)));
      await eventually(() => asked(second, async (redis) => mustSay(await redis.info('replication'), 'role:master')));
    },
    connectedTo: (server) =>
      asked(server, async (redis) => {
        const [mine, all] = [await redis.client('ID'), String(await redis.client('LIST'))];
        return all
          .split('\n')
          .filter((line) => line !== '' && !/ flags=[SM] /.test(line) && !line.startsWith(`id=${mine} `))
          .map((line) => / name=(\S*)/.exec(line)?.[1] ?? '');
      }),
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
};

/** Asks a server over a connection that is closed again. */
export const askedOf = async <T>({ port }: Pick<TestRedis, 'port'>, ask: (redis: Redis) => Promise<T>, password?: string): Promise<T> => {
  const redis = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 1, ...(password === undefined ? {} : { password }) });
  redis.on('error', () => undefined);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
};

const mustSay = (text: string, wanted: string): void => {
  if (!text.includes(wanted)) throw new Error(`${wanted} is not in ${text}`);
};

/** Three Sentinels over a pair, which they know as 'main'. */
export const startSentinels = async (
  program: string,
  pair: RedisPair,
  passwords: { readonly data: string; readonly sentinel: string },
): Promise<TestRedis[]> => {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  return Promise.all(
    ports.map((port) =>
      startRedis(['--sentinel'], {
        program,
        port,
        ready: '+monitor master',
        lines: [
          `port ${port}`,
          `requirepass ${passwords.sentinel}`,
          `sentinel sentinel-pass ${passwords.sentinel}`,
          `sentinel monitor main 127.0.0.1 ${pair.first.port} 2`,
          `sentinel auth-pass main ${passwords.data}`,
          'sentinel down-after-milliseconds main 800',
          'sentinel failover-timeout main 3000',
        ],
      }),
    ),
  );
};
