import { createClusteradm } from './adapters/cli/clusteradm.ts';
import { createHelm } from './adapters/cli/helm.ts';
import { keepSwept } from './adapters/cli/sweep-homes.ts';
import { openClusters } from './adapters/kubernetes/open-clusters.ts';
import { waitForRedis } from './adapters/redis/fit-redis.ts';
import { openRedis } from './adapters/redis/index.ts';
import { localBudget } from './adapters/slack/local-budget.ts';
import { durableClient, interactiveClient } from './adapters/slack/clients.ts';
import { createForgottenThreads } from './adapters/slack/forgotten-threads.ts';
import { createAlerts } from './adapters/slack/alerts.ts';
import { createDirects } from './adapters/slack/directs.ts';
import { createGroups } from './adapters/slack/groups.ts';
import { createHomeTab } from './adapters/slack/home-tab.ts';
import { createThread } from './adapters/slack/thread.ts';
import { openTracing } from './adapters/otel/open-tracing.ts';
import { systemClock, systemRandom } from './adapters/system/clock.ts';
import { startHealthServer } from './adapters/system/health.ts';
import { licenceFile } from './adapters/system/licence-file.ts';
import { createLog } from './adapters/system/log.ts';
import { stopSignal, watchForBugs } from './adapters/system/stop-signal.ts';
import { channelsOf, each, loadWorkerConfig, namesOf, type ReachedFleetConfig, type WorkerConfig } from './config/index.ts';
import { configurationOrExit } from './config/start.ts';
import { secretsOf } from './config/secrets.ts';
import { createMetrics, METRICS_TYPE } from './metrics/metrics.ts';
import { createTraces } from './traces/traces.ts';
import { createRedactor } from './redaction/redactor.ts';
import { namingFleetInRemedies } from './domain/naming-fleet.ts';
import { worthKnowing } from './domain/worth-knowing.ts';
import { databaseHealthy, distributedPostgres, PROCEDURE_VERSION } from './procedures/distributed-postgres.ts';
import { askedLately } from './execution/approvers-by-group.ts';
import { startWorker } from './execution/start-worker.ts';

/** Queue in, clusters and Slack out: no Slack signing secret. */
const config: WorkerConfig = configurationOrExit(loadWorkerConfig, process.env);
const redactor = createRedactor(...secretsOf(config));
const log = createLog({ process: 'worker', level: config.logLevel, redactor });
const clock = systemClock;
// A walk that waits for a promise nobody holds would keep its lease for ever; another worker takes it up.
watchForBugs(log, { onUnhandledRejection: 'end' });
/** Longer than an installer may go on; helm/pgdist gives 60 s. */
const stop = stopSignal(log, { withinMs: 55_000 });

/** Nobody waits for the worker as Slack does for the bot: a slow Redis makes it slow, not useless. Leases grow with what answers take. */
const STORE_TIMEOUT_MS = 2_000;
const requirePersistence = config.requireRedisPersistence;
const access = { url: config.redisUrl, access: config.redisAccess, commandTimeoutMs: STORE_TIMEOUT_MS };
const { fleets } = config;
const redis = openRedis({ ...access, prefix: config.prefix, fleets: namesOf(fleets), clock, log, redactor });
const metrics = createMetrics({ process: 'worker', fleets: namesOf(fleets) });
const tracing = config.tracing && (await openTracing({ process: 'worker', redactor, log }));
const traces = createTraces(tracing, clock);
/** What belongs to one fleet alone. One that hangs holds nothing of the others. */
const reach = (one: ReachedFleetConfig) => {
  const { fleet, credentialPlugins: plugins, slack: approvals, licenceFile: licence, approvalTimeoutMs } = one;
  const { kubeconfig } = config;
  const clusters = openClusters({
    heard: metrics.callsOf(fleet.name),
    kubeconfig,
    fleet,
    random: systemRandom.number,
    clock,
    learn: redactor.learn,
    plugins,
  });
  const tools = { kubeconfigOf: clusters.kubeconfigOf, redactor };
  const naming = namingFleetInRemedies(fleet.name, fleets);
  const deps = {
    redact: <T>(value: T): T => naming(redactor.value(value)),
    watching: watchingOf(one),
    approvalTimeoutMs,
    approvals,
    cluster: clusters.client,
    clientCertificate: clusters.clientCertificate,
    licence: licenceFile(licence, redactor.learn),
    helm: createHelm(tools),
    clusteradm: createClusteradm(tools),
  };
  return { deps, close: () => clusters.close() };
};
const watchingOf = ({ fleet, databases, watch, watchOfFleet }: ReachedFleetConfig) => ({
  fleet,
  rules: watchOfFleet,
  databases: new Map(
    databases.flatMap((database) => {
      const rules = watch.get(database.name);
      return rules === undefined ? [] : [[database.name, { database, rules }] as const];
    }),
  ),
});
const reached = each(fleets, reach);
const [store, leases] = [traces.store(metrics.store(redis.store)), metrics.leases(redis.leases)];
const slack = {
  token: config.slackBotToken,
  slackApiUrl: config.slackApiUrl,
  clock,
  log,
  redactor,
  budget: metrics.budget(redis.callBudget(localBudget(clock))),
};
let worker: { stop(): Promise<void> } | undefined;
const faultsNow = async (): Promise<string[]> => [
  ...(worker === undefined ? ['the worker has not started'] : []),
  ...(await redis.faults({ requirePersistence })),
];
metrics.stand({ store, beats: redis.beats, oldest: redis.queue.oldest, faults: faultsNow, clock });
const health =
  config.healthPort === undefined ? undefined : await startHealthServer(config.healthPort, faultsNow, { type: METRICS_TYPE, text: metrics.text });

const close = async (code: number): Promise<never> => {
  await worker?.stop();
  await Promise.all([health?.close(), tracing?.close()]);
  await Promise.allSettled([redis.close(), ...reached.map((one) => one.close())]);
  log.info({}, 'stopped');
  process.exit(code);
};
stop.addEventListener('abort', () => void close(0));

try {
  keepSwept(clock, log, stop).catch((error: unknown) => stop.aborted || log.error({ error }, 'what killed workers leave is not removed'));
  const faults = await waitForRedis(redis, { requirePersistence, clock, log, signal: stop });
  if (faults.length > 0) {
    log.error({ faults }, 'redis is not fit');
    await close(2);
  }
  void redis.watch(stop);
  const installation = await redis.installation();
  const common = {
    store,
    queue: traces.queue(redis.queue),
    schedule: redis.schedule,
    watches: redis.watches,
    looks: redis.queue,
    alerts: createAlerts({ ...slack, config: fleets }),
    homes: redis.homes,
    preferences: redis.preferences,
    homeTab: createHomeTab({ client: durableClient(slack), clock, log }),
    directs: createDirects(slack),
    everyFleet: fleets,
    groups: askedLately(createGroups({ client: interactiveClient(slack), clock, log }), clock),
    leases,
    beats: redis.beats,
    cancels: await redis.cancels(),
    clock,
    random: systemRandom,
    log,
    installation,
    thread: createThread({ ...slack, config: fleets, keptFiles: redis.store.bundle }),
    forgottenThreads: createForgottenThreads(durableClient(slack), channelsOf(fleets)),
    procedures: { deploy: distributedPostgres, status: databaseHealthy, version: String(PROCEDURE_VERSION), worthKnowing },
    observe: metrics.observe,
    observeEnds: metrics.observeEnds,
    looked: traces.looked,
  };
  const [first, ...others] = reached;
  worker = startWorker([{ ...common, ...first.deps }, ...others.map(({ deps }) => ({ ...common, ...deps }))], (handlers) =>
    redis.startWorkers(traces.handlers(handlers)),
  );
  log.info({ fleets: namesOf(fleets), prefix: config.prefix, installation }, 'worker started');
} catch (error) {
  if (!stop.aborted) {
    log.error({ error }, 'worker could not start');
    await close(1);
  }
}
