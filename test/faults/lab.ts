import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigOf } from '../../playground/fleet.ts';
import { operatorClient, type Connection } from '../../playground/control/kit.ts';
import type { Playground } from '../../playground/playground.ts';
import { pgdistProcess, type PgdistProcess } from '../../playground/processes.ts';
import { startPlayground } from '../../playground/start.ts';
import { openRedis, type OpenRedis } from '../../src/adapters/redis/index.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { startFreezableProxy, type FreezableProxy } from '../support/freezable-proxy.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startAudit, type Audit } from './audit.ts';
import type { Sentry } from './boundaries/boundary.ts';
import { redisTap } from './boundaries/redis-tap.ts';
import { slackTap } from './boundaries/slack-tap.ts';
import { labConfig } from './config.ts';
import { bundleOf } from './proxies.ts';
import { until } from './until.ts';

/** A worker process, with what stands between it and the others. */
export interface LabWorker {
  readonly name: string;
  readonly process: PgdistProcess;
  readonly redis: FreezableProxy;
  readonly slack: FreezableProxy;
  /** Gives it new tokens of its ServiceAccount by its kubeconfig, as whoever renews one does; returns the Authorization headers of the old ones. */
  renewTokens(): Promise<ReadonlySet<string>>;
  /** When it began each phase, by its own log, milliseconds. */
  begun(): Promise<readonly { readonly atMs: number; readonly runId: string }[]>;
}

/** Everything real but the clusters and Slack: two workers and a bot as processes, a Redis of their own, proxies in between, an audit of every write. */
export interface FaultLab {
  readonly playground: Playground;
  readonly bot: PgdistProcess;
  readonly botRedis: FreezableProxy;
  readonly botSlack: FreezableProxy;
  /** All ways to Slack together. */
  readonly slackProxy: Pick<FreezableProxy, 'freeze' | 'thaw' | 'cut'>;
  /** Starts a second bot beside the first, on the same Redis and the same workspace; returns the way to end it. */
  startSecondBot(): Promise<() => Promise<void>>;
  readonly workers: readonly LabWorker[];
  readonly redisServer: TestRedis;
  /** pgdist's record, read past all proxies. */
  readonly record: OpenRedis;
  readonly prefix: string;
  readonly audit: Audit;
  /** Name of the worker whose token an Authorization header bears, whichever program sent it. */
  workerOf(authorization: string): string | undefined;
  /** How long anything is waited for, milliseconds. */
  readonly patienceMs: number;
  /** The worker that began the newest phase. */
  active(): Promise<LabWorker>;
  close(): Promise<void>;
}

const SPEED = 40;
const TOKEN_SECONDS = 80_000;

/** What a lab differs in. */
export interface LabOptions {
  readonly patienceMs: number;
  /** After so many minutes a plan expires that nobody decided; default: 30. */
  readonly approvalMinutes?: number;
  /** In front of everything on PATH of the workers. */
  readonly toolsIn?: string;
  /** Asked about everything that goes to Redis and to Slack. */
  readonly sentry?: Sentry;
}

export const openFaultLab = async (options: LabOptions): Promise<FaultLab> => {
  /** What was opened so far, for a lab that fails half way. */
  const opened: (() => Promise<unknown>)[] = [];
  try {
    return await openWith(options, opened);
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    throw error;
  }
};

const openWith = async ({ patienceMs, approvalMinutes, toolsIn, sentry }: LabOptions, opened: (() => Promise<unknown>)[]): Promise<FaultLab> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-faults-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, labConfig(approvalMinutes === undefined ? {} : { approvalMinutes }));
  const redisServer = await startRedis();
  opened.push(() => redisServer.close());
  const { hostname: host, port } = new URL(redisServer.url);
  let prefix = '';
  const [botRedis, firstRedis, secondRedis] = await three((process) =>
    startFreezableProxy({ host, port: Number(port), ...(sentry === undefined ? {} : { tap: redisTap(process, () => prefix, sentry) }) }),
  );
  const slackPort = Promise.withResolvers<number>();
  const [botSlack, firstSlack, secondSlack] = await three((process) =>
    startFreezableProxy({ host: '127.0.0.1', port: () => slackPort.promise, ...(sentry === undefined ? {} : { tap: slackTap(process, sentry) }) }),
  );
  const proxies = [botRedis, firstRedis, secondRedis, botSlack, firstSlack, secondSlack];
  opened.push(() => Promise.all(proxies.map((proxy) => proxy.close())));
  const through = (environment: Readonly<Record<string, string>>, redis: FreezableProxy, slack: FreezableProxy): Record<string, string> => ({
    ...environment,
    SLACK_API_URL: viaPort(environment['SLACK_API_URL'], slack.port),
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    ...(toolsIn === undefined ? {} : { PATH: `${toolsIn}:${environment['PATH']}` }),
  });
  let botEnvironment: Readonly<Record<string, string>> = {};
  const playground = await startPlayground({
    configFile,
    redisUrl: redisServer.url,
    speed: SPEED,
    delivery: 'socket-mode',
    logLevel: 'info',
    environmentOf(process, environment) {
      slackPort.resolve(Number(new URL(environment['SLACK_API_URL'] ?? '').port));
      const given = process === 'bot' ? through(environment, botRedis, botSlack) : through(environment, firstRedis, firstSlack);
      if (process === 'bot') botEnvironment = given;
      return given;
    },
  });
  opened.push(() => playground.close());
  const { fleet } = playground;
  /** Workers by the Authorization header of each token that they ever had. */
  const workerOf = new Map<string, string>();
  const administrators = new Set(fleet.connections.map(({ token }) => token));
  const renewal = (name: string, file: string) => async (): Promise<ReadonlySet<string>> => {
    const old = new Set([...workerOf].flatMap(([header, worker]) => (worker === name ? [header] : [])));
    const connections = await newTokens(playground);
    for (const { token } of connections) workerOf.set(`Bearer ${token}`, name);
    await writeFile(`${file}.new`, kubeconfigOf(connections), { mode: 0o600 });
    await rename(`${file}.new`, file);
    return old;
  };
  const firstFile = playground.environment['KUBECONFIG'] ?? '';
  if (firstFile === fleet.kubeconfig) throw new Error('the workers have no ServiceAccount');
  for (const [, token = ''] of (await readFile(firstFile, 'utf8')).matchAll(/token: (\S+)/g)) {
    if (administrators.has(token)) throw new Error('a worker is an administrator');
    workerOf.set(`Bearer ${token}`, 'worker-1');
  }
  const secondFile = join(folder, 'worker-2-kubeconfig');
  const renewSecond = renewal('worker-2', secondFile);
  await renewSecond();
  const secondEnvironment = { ...through(playground.environment, secondRedis, secondSlack), KUBECONFIG: secondFile };
  const logOf = (name: string): string => join(playground.folder, `${name}.log`);
  const workers: readonly LabWorker[] = [
    {
      name: 'worker-1',
      process: playground.worker,
      redis: firstRedis,
      slack: firstSlack,
      renewTokens: renewal('worker-1', firstFile),
      begun: () => begunIn(logOf('worker')),
    },
    {
      name: 'worker-2',
      process: pgdistProcess('worker', 'worker.ts', secondEnvironment, logOf('worker-2')),
      redis: secondRedis,
      slack: secondSlack,
      renewTokens: renewSecond,
      begun: () => begunIn(logOf('worker-2')),
    },
  ];
  opened.push(() => workers[1]!.process.stop());
  await workers[1]!.process.start();
  const audit = startAudit(fleet.apis, (authorization) => workerOf.get(authorization));
  prefix = playground.environment['PGDIST_PREFIX'] ?? '';
  const record = openRedis({ url: redisServer.url, prefix, clock: systemClock, log: SILENT });
  return {
    playground,
    bot: playground.bot,
    botRedis,
    botSlack,
    slackProxy: bundleOf([botSlack, firstSlack, secondSlack]),
    workers,
    redisServer,
    record,
    prefix,
    audit,
    workerOf: (authorization) => workerOf.get(authorization),
    patienceMs,
    async startSecondBot() {
      const second = pgdistProcess('bot', 'bot.ts', botEnvironment, logOf('bot-2'));
      await second.start();
      return () => second.stop(patienceMs);
    },
    active: () =>
      until('some worker begins a phase', patienceMs, async () => {
        const all = await Promise.all(workers.map(async (worker) => ({ worker, atMs: (await worker.begun()).at(-1)?.atMs ?? 0 })));
        const [newest] = all.toSorted((a, b) => b.atMs - a.atMs);
        return newest !== undefined && newest.atMs > 0 ? newest.worker : undefined;
      }),
    async close() {
      audit.stop();
      for (const proxy of proxies) proxy.thaw();
      await workers[1]!.process.stop();
      await record.close();
      await playground.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await redisServer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** One for the bot and one for each worker. */
const three = async <T>(make: (process: string) => Promise<T>): Promise<[T, T, T]> => Promise.all([make('bot'), make('worker-1'), make('worker-2')]);

const viaPort = (url = '', port: number): string => {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
};

/** Tokens of the workers' ServiceAccount that nobody had before: so each worker's writes can be told apart, those of its tools as well. */
const newTokens = ({ fleet }: Playground): Promise<Connection[]> =>
  Promise.all(
    fleet.connections.map(async (administrator) => {
      const client = operatorClient(administrator, 'kubectl');
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: TOKEN_SECONDS } };
      const { status } = await client.api.json<{ status: { token: string } }>('POST', '/api/v1/namespaces/pgdist/serviceaccounts/pgdist/token', {
        body,
      });
      await client.close();
      return { ...administrator, token: status.token };
    }),
  );

const begunIn = async (logFile: string) => {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (!line.includes('"phase started"')) return [];
    const { time, runId } = JSON.parse(line) as { time: number | string; runId: string };
    return [{ atMs: new Date(time).getTime(), runId }];
  });
};

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
