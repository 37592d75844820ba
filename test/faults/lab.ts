import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configOf } from '../../bench/fleet-shape.ts';
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
import { until } from './until.ts';

/** A worker process, with what stands between it and the others. */
export interface LabWorker {
  readonly name: string;
  readonly process: PgdistProcess;
  readonly redis: FreezableProxy;
  /** When it began each phase, by its own log, milliseconds. */
  begun(): Promise<readonly { readonly atMs: number; readonly runId: string }[]>;
}

/** Everything real but the clusters and Slack: two workers and a bot as processes, a Redis of their own, proxies in between, an audit of every write. */
export interface FaultLab {
  readonly playground: Playground;
  readonly bot: PgdistProcess;
  readonly botRedis: FreezableProxy;
  readonly slackProxy: FreezableProxy;
  readonly workers: readonly LabWorker[];
  readonly redisServer: TestRedis;
  /** pgdist's record, read past all proxies. */
  readonly record: OpenRedis;
  readonly prefix: string;
  readonly audit: Audit;
  /** How long anything is waited for, milliseconds. */
  readonly patienceMs: number;
  /** The worker that began the newest phase. */
  active(): Promise<LabWorker>;
  close(): Promise<void>;
}

const SPEED = 40;
const CLUSTERS = 2;
const TOKEN_SECONDS = 80_000;

export const openFaultLab = async (patienceMs: number): Promise<FaultLab> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-faults-'));
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, configOf(CLUSTERS));
  const redisServer = await startRedis();
  const { hostname: host, port } = new URL(redisServer.url);
  const [botRedis, ...workerRedis] = await Promise.all([0, 1, 2].map(() => startFreezableProxy({ host, port: Number(port) })));
  const throughProxy = (proxy: FreezableProxy | undefined): string => `redis://127.0.0.1:${proxy?.port}`;
  const slackPort = Promise.withResolvers<number>();
  const slackProxy = await startFreezableProxy({ host: '127.0.0.1', port: () => slackPort.promise });
  const playground = await startPlayground({
    configFile,
    redisUrl: redisServer.url,
    speed: SPEED,
    delivery: 'socket-mode',
    logLevel: 'info',
    environmentOf(process, environment) {
      const slack = new URL(environment['SLACK_API_URL'] ?? '');
      slackPort.resolve(Number(slack.port));
      slack.port = String(slackProxy.port);
      return { ...environment, SLACK_API_URL: slack.href, REDIS_URL: throughProxy(process === 'bot' ? botRedis : workerRedis[0]) };
    },
  });
  const environment: Readonly<Record<string, string>> = {
    ...playground.environment,
    SLACK_API_URL: viaPort(playground.environment['SLACK_API_URL'], slackProxy.port),
  };
  const second = await connectionsOfOwn(playground, environment['KUBECONFIG'] ?? '');
  const secondKubeconfig = join(folder, 'worker-2-kubeconfig');
  await writeFile(secondKubeconfig, kubeconfigOf(second), { mode: 0o600 });
  const secondLog = join(playground.folder, 'worker-2.log');
  const workers: LabWorker[] = [
    { name: 'worker-1', process: playground.worker, redis: workerRedis[0]!, begun: () => begunIn(join(playground.folder, 'worker.log')) },
    {
      name: 'worker-2',
      process: pgdistProcess(
        'worker',
        'worker.ts',
        { ...environment, REDIS_URL: throughProxy(workerRedis[1]), KUBECONFIG: secondKubeconfig },
        secondLog,
      ),
      redis: workerRedis[1]!,
      begun: () => begunIn(secondLog),
    },
  ];
  await workers[1]!.process.start();
  const secondTokens = new Set(second.map(({ token }) => `Bearer ${token}`));
  const administrators = new Set(playground.fleet.connections.map(({ token }) => `Bearer ${token}`));
  const firstText = await readFile(playground.environment['KUBECONFIG'] ?? '', 'utf8');
  const audit = startAudit(playground.fleet.apis, (authorization) => {
    if (secondTokens.has(authorization)) return 'worker-2';
    const token = authorization.replace(/^Bearer /, '');
    return token !== '' && !administrators.has(authorization) && firstText.includes(token) ? 'worker-1' : undefined;
  });
  const prefix = playground.environment['PGDIST_PREFIX'] ?? '';
  const record = openRedis({ url: redisServer.url, prefix, clock: systemClock, log: SILENT });
  const lab: FaultLab = {
    playground,
    bot: playground.bot,
    botRedis: botRedis!,
    slackProxy,
    workers,
    redisServer,
    record,
    prefix,
    audit,
    patienceMs,
    active: () =>
      until('some worker begins a phase', patienceMs, async () => {
        const all = await Promise.all(workers.map(async (worker) => ({ worker, atMs: (await worker.begun()).at(-1)?.atMs ?? 0 })));
        const [newest] = all.toSorted((a, b) => b.atMs - a.atMs);
        return newest !== undefined && newest.atMs > 0 ? newest.worker : undefined;
      }),
    async close() {
      audit.stop();
      for (const proxy of [botRedis!, slackProxy, ...workerRedis]) proxy.thaw();
      await workers[1]!.process.stop();
      await record.close();
      await playground.close();
      await Promise.all([botRedis!, slackProxy, ...workerRedis].map((proxy) => proxy.close()));
      await redisServer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return lab;
};

const viaPort = (url = '', port: number): string => {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
};

/** The second worker's own tokens of the ServiceAccount that the first one has: so their writes can be told apart, those of their tools as well. */
const connectionsOfOwn = async ({ fleet }: Playground, kubeconfig: string): Promise<Connection[]> => {
  if (kubeconfig === fleet.kubeconfig) throw new Error('the workers have no ServiceAccount');
  return Promise.all(
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
};

const begunIn = async (logFile: string) => {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (!line.includes('"phase started"')) return [];
    const { time, runId } = JSON.parse(line) as { time: number | string; runId: string };
    return [{ atMs: new Date(time).getTime(), runId }];
  });
};

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
