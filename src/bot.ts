import { openRedis } from './adapters/redis/index.ts';
import { waitForRedis } from './adapters/redis/fit-redis.ts';
import { createSlackApp } from './adapters/slack/app.ts';
import { openTracing } from './adapters/otel/open-tracing.ts';
import { systemClock, systemRandom } from './adapters/system/clock.ts';
import { durableClient, interactiveClient, patientClient } from './adapters/slack/clients.ts';
import { createDirects } from './adapters/slack/directs.ts';
import { createGroups } from './adapters/slack/groups.ts';
import { createHomeTab } from './adapters/slack/home-tab.ts';
import { createMemberships } from './adapters/slack/memberships.ts';
import { createThread } from './adapters/slack/thread.ts';
import { localBudget } from './adapters/slack/local-budget.ts';
import { createPeople } from './adapters/slack/people.ts';
import { SlackRefusedError } from './adapters/slack/start-refusal.ts';
import { startHealthServer } from './adapters/system/health.ts';
import { createLog } from './adapters/system/log.ts';
import { stopSignal, watchForBugs } from './adapters/system/stop-signal.ts';
import { createInterpreter } from './command/interpret.ts';
import { loadCommands } from './command/registry.ts';
import { adminsOf, loadBotConfig, namesOf } from './config/index.ts';
import { secretsOf } from './config/secrets.ts';
import { configurationOrExit } from './config/start.ts';
import type { Visitor } from './domain/home.ts';
import { createMetrics, METRICS_TYPE } from './metrics/metrics.ts';
import { createTraces } from './traces/traces.ts';
import { createRedactor } from './redaction/redactor.ts';
import { anchorAudit } from './runs/audit.ts';
import { createRunsOfFleets } from './runs/runs-of-fleets.ts';
import { watchWorkers } from './runs/watch-workers.ts';
import { askedLately } from './execution/approvers-by-group.ts';
import { showHome } from './execution/report-home.ts';
import { standInForReporters } from './execution/stand-in-reporter.ts';

/** Slack in, queue out: no cluster credentials, no licence. */
const config = configurationOrExit(loadBotConfig, process.env);
const redactor = createRedactor(...secretsOf(config));
const log = createLog({ process: 'bot', level: config.logLevel, redactor });
const clock = systemClock;
// Slack's libraries leave promises that nobody awaits.
watchForBugs(log, { onUnhandledRejection: 'log' });
/** Kubernetes gives 30 s. */
const stop = stopSignal(log, { withinMs: 25_000 });

const requirePersistence = config.requireRedisPersistence;
const fleetNames = namesOf(config.fleets);
const redis = openRedis({ url: config.redisUrl, access: config.redisAccess, prefix: config.prefix, fleets: fleetNames, clock, log, redactor });
const metrics = createMetrics({ process: 'bot', fleets: fleetNames });
const tracing = config.tracing && (await openTracing({ process: 'bot', redactor, log }));
const traces = createTraces(tracing, clock);
const budget = metrics.budget(redis.callBudget(localBudget(clock)));
const slack = { token: config.slackBotToken, slackApiUrl: config.slackApiUrl, log, redactor, budget, clock };
const people = createPeople({
  client: patientClient(slack),
  clock,
  log,
});
const groups = createGroups({ client: interactiveClient(slack), clock, log });
const memberships = createMemberships({ client: patientClient(slack), clock, log });
const { schedule, beats, watches, homes, preferences } = redis;
const queue = traces.queue(redis.queue);
const [store, leases] = [traces.store(metrics.store(redis.store)), metrics.leases(redis.leases)];
const workers = watchWorkers({ beats, clock, log, namespace: config.namespace });
const { fleets } = config;
const { all, of } = createRunsOfFleets(
  { store, queue, watches, preferences, memberships, people, accounts: people, groups, clock, random: systemRandom, log, workers: workers.known },
  fleets,
);
const runs = traces.useCases(all);
const answer = createInterpreter({
  runs,
  commands: await loadCommands(),
  fleets: fleets.map(({ fleet, databases, slack: { channels } }) => ({ fleet, databases, channels, runs: traces.useCases(of(fleet.name)) })),
});
const onRefused = (error: SlackRefusedError): void => void refused(error);
const homeTab = createHomeTab({ client: durableClient(slack), clock, log });
const telling = {
  groups: askedLately(groups, clock),
  store,
  schedule,
  leases,
  watches,
  homes,
  preferences,
  homeTab,
  directs: createDirects(slack),
  everyFleet: fleets,
  clock,
  log,
};
const home = {
  async opened(visitor: Visitor) {
    await homes.opened(visitor);
    await showHome(telling, visitor.userId, stop);
  },
  forget: homes.forget,
};
const app = createSlackApp({
  home,
  config: { ...config, slack: { admins: adminsOf(fleets) } },
  runs,
  answer,
  people,
  clock,
  log,
  redactor,
  owed: redis.owed,
  budget,
  random: systemRandom.number,
  onRefused,
});
const faultsNow = async (): Promise<string[]> => [...app.faults(), ...(await redis.faults({ requirePersistence }))];
metrics.stand({ store, beats, oldest: queue.oldest, faults: faultsNow, clock });
const health =
  config.healthPort === undefined ? undefined : await startHealthServer(config.healthPort, faultsNow, { type: METRICS_TYPE, text: metrics.text });

const close = async (code: number): Promise<never> => {
  await app.stop().catch((error: unknown) => log.warn({ error }, 'slack did not stop cleanly'));
  await Promise.all([health?.close(), tracing?.close()]);
  await redis.close();
  log.info({}, 'stopped');
  process.exit(code);
};
/** One line that says what a person has to mend; trying again would not help. */
const refused = async ({ message }: SlackRefusedError): Promise<void> => {
  log.error({ reason: message }, 'slack refuses pgdist');
  await close(2);
};
stop.addEventListener('abort', () => void close(0));

try {
  // Commands are refused with a sentence while Redis is away, so Slack need not wait for it.
  await app.start();
  log.info({ fleets: fleetNames, prefix: config.prefix }, 'bot started');
  const faults = await waitForRedis(redis, { requirePersistence, clock, log, signal: stop });
  if (faults.length > 0) {
    log.error({ faults }, 'redis is not fit');
    await close(2);
  }
  void redis.watch(stop);
  void workers.watch(stop);
  const thread = createThread({ ...slack, config: fleets });
  void standInForReporters({ store, schedule, leases, clock, log, workers: workers.known, thread, people: telling }, stop);
  await anchorAudit({ store, log });
} catch (error) {
  if (error instanceof SlackRefusedError) await refused(error);
  else if (!stop.aborted) {
    log.error({ error }, 'bot could not start');
    await close(1);
  }
}
