import type { People } from '../../src/ports/people.ts';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis, type OpenRedis } from '../../src/adapters/redis/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { loadWorkerConfig } from '../../src/config/index.ts';
import { isTerminal, type Run } from '../../src/domain/run.ts';
import type { Log } from '../../src/ports/log.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { startHostileApiServer, type HostileApiServer } from '../../test/support/hostile-api-server.ts';
import { CHANNEL } from '../../playground/people.ts';
import { ATTACKS, BEHIND_DISCOVERY } from '../abuse/attacks.ts';
import { startAgreeableSlack, startWatchedWorker } from '../abuse/worker.ts';
import type { Measure } from '../bench.ts';
import { told } from '../numbers.ts';
import type { Row } from '../row.ts';

const MOST_MB = 300;
const MOST_LAG_MS = 200;
const PATIENCE_MS = 60_000;
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };

/** One spoke attacks, with each of its weapons in turn, while its hub is healthy: what a worker of its own takes, and whether others' runs go on. */
export const abuse: Measure = async ({ redisUrl }) => {
  const rows: Row[] = [];
  for (const [name, behaviour] of Object.entries(ATTACKS)) rows.push(await measure(redisUrl, name, behaviour));
  return rows;
};

const measure = async (redisUrl: string, name: string, behaviour: (typeof ATTACKS)[string]): Promise<Row> => {
  const [healthy, hostile, slack] = await Promise.all([startHostileApiServer(), startHostileApiServer(), startAgreeableSlack()]);
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-abuse-'));
  const closing: (() => unknown)[] = [
    () => Promise.all([healthy.close(), hostile.close(), rm(folder, { recursive: true, force: true })]),
    () => slack.close(),
  ];
  try {
    hostile.answers(BEHIND_DISCOVERY, behaviour);
    const environment = await environmentIn(folder, { redisUrl, slackUrl: slack.url, healthy, hostile });
    const config = loadWorkerConfig(environment);
    const redis = openRedis({ url: redisUrl, prefix: config.prefix, clock: systemClock, log: SILENT });
    closing.push(() => redis.close());
    const worker = await startWatchedWorker(environment);
    closing.push(() => worker.stop());
    const people: People = { standing: () => Promise.resolve({ kind: 'member' }) };
    const runs = createRuns({
      people,
      store: redis.store,
      queue: redis.queue,
      watches: redis.watches,
      preferences: redis.preferences,
      clock: systemClock,
      random: systemRandom,
      config: config.fleets[0],
      log: SILENT,
    });
    const ask = (kind: 'deploy' | 'status', database: string): Promise<Run> =>
      runs.start({ way: 'command', kind, database, by: { userId: 'U0ALICE', teamId: 'T0' }, channel: CHANNEL, idempotencyKey: randomUUID() });
    worker.forget();
    const startedMs = performance.now();
    const attacked = await ask('deploy', 'spread');
    const other = await ask('status', 'local');
    const [toldMs, otherMs] = await Promise.all([ended(redis, attacked.id, startedMs), ended(redis, other.id, startedMs)]);
    const bytes = Buffer.byteLength(JSON.stringify(await redis.store.get(attacked.id)));
    const met = worker.peakMb() < MOST_MB && worker.heldMs() < MOST_LAG_MS && toldMs !== undefined && otherMs !== undefined;
    return {
      what: name,
      aim: `< ${MOST_MB} MB, loop held < ${MOST_LAG_MS} ms, told, other run ends`,
      measured: [
        `${Math.round(worker.peakMb())} MB`,
        `loop held for ${Math.round(worker.heldMs())} ms, ${Math.round(worker.behindMs())} ms behind`,
        `${hostile.requests.length} requests`,
        `${(hostile.sentBytes() / 1e6).toFixed(1)} MB sent`,
        `told after ${toldMs === undefined ? 'never' : told(toldMs)}`,
        `other run ended after ${otherMs === undefined ? 'never' : told(otherMs)}`,
        `run of ${Math.round(bytes / 1000)} kB`,
      ].join(', '),
      met,
    };
  } finally {
    for (const close of closing.toReversed()) await close();
  }
};

/** Milliseconds until the run ended, undefined when it did not in time. */
const ended = async ({ store }: OpenRedis, id: string, startedMs: number): Promise<number | undefined> => {
  while (performance.now() - startedMs < PATIENCE_MS) {
    const run = await store.get(id);
    if (run !== undefined && (isTerminal(run.state) || run.state === 'awaiting-approval')) return performance.now() - startedMs;
    await systemClock.sleep(20);
  }
  return undefined;
};

const environmentIn = async (
  folder: string,
  {
    redisUrl,
    slackUrl,
    healthy,
    hostile,
  }: { readonly redisUrl: string; readonly slackUrl: string; readonly healthy: HostileApiServer; readonly hostile: HostileApiServer },
): Promise<Record<string, string>> => {
  const database = (name: string, placement: object) => ({ name, namespace: 'demo', version: '17.2', replicas: 3, storage: '2Gi', placement });
  const file = {
    fleet: 'abuse',
    hub: { cluster: 'healthy', apiServer: 'https://10.250.0.10:6443' },
    clusters: ['healthy', 'hostile'].map((name) => ({ name, storageClass: 'local-path' })),
    kubeslice: { chart: 'charts/kubeslice-controller', project: 'abuse', slice: { name: 'abuse', subnet: '10.1.0.0/16' } },
    kubedb: { chart: 'charts/kubedb', licenceFile: 'licence.pem' },
    databases: [database('spread', { healthy: [0, 1], hostile: [2] }), database('local', { healthy: [0, 1, 2] })],
    slack: { channels: [CHANNEL], approvers: ['U0ALICE', 'U0BOB'] },
  };
  await writeFile(join(folder, 'pgdist.yaml'), JSON.stringify(file));
  const kubeconfigs = await Promise.all(
    Object.entries({ healthy, hostile }).map(async ([name, { kubeconfig }]) => {
      const path = join(folder, `${name}.yaml`);
      // One name for context, cluster and user of each.
      await writeFile(path, kubeconfig.replaceAll('"hostile"', JSON.stringify(name)));
      return path;
    }),
  );
  return {
    HOME: folder,
    PGDIST_CONFIG: join(folder, 'pgdist.yaml'),
    PGDIST_PREFIX: `abuse-${randomUUID().slice(0, 8)}`,
    REDIS_URL: redisUrl,
    KUBECONFIG: kubeconfigs.join(':'),
    SLACK_API_URL: slackUrl,
    SLACK_BOT_TOKEN: 'xoxb-none',
    LOG_LEVEL: 'info',
  };
};
