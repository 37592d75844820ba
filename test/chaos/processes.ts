import { redisCancelChannel } from '../../src/adapters/redis/cancel-channel.ts';
import { redisHomes, redisPreferences } from '../../src/adapters/redis/homes.ts';
import { installationId } from '../../src/adapters/redis/installation.ts';
import { redisLeases } from '../../src/adapters/redis/leases.ts';
import { redisReportSchedule } from '../../src/adapters/redis/report-schedule.ts';
import { redisRunStore } from '../../src/adapters/redis/run-store.ts';
import { durableClient } from '../../src/adapters/slack/clients.ts';
import { createHomeTab } from '../../src/adapters/slack/home-tab.ts';
import { createForgottenThreads } from '../../src/adapters/slack/forgotten-threads.ts';
import { redisWatchStore } from '../../src/adapters/redis/watch-store.ts';
import { redisWorkerBeats } from '../../src/adapters/redis/worker-beats.ts';
import { createAlerts } from '../../src/adapters/slack/alerts.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { createThread } from '../../src/adapters/slack/thread.ts';
import { standInForReporters } from '../../src/execution/stand-in-reporter.ts';
import { startWorker, type StartedWorker } from '../../src/execution/start-worker.ts';
import type { Leases } from '../../src/ports/lease.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import type { UseCases } from '../../src/ports/use-cases.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { watchWorkers } from '../../src/runs/watch-workers.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { everybody } from '../support/people.ts';
import { smallProcedure, smallStatus } from './procedure.ts';
import type { Process } from './simulation.ts';
import { KEYS, type World } from './world.ts';

export interface Bot {
  readonly process: Process;
  readonly runs: UseCases;
}
export interface Worker {
  readonly process: Process;
  /** Ends as after SIGTERM. */
  stop(): Promise<void>;
}

/** What stands between a process and its store; a test puts a broken one there. */
export type Meddle = (store: RunStore) => RunStore;

const newProcess = (role: Process['role'], number: number): Process => ({
  name: `${role}-${number}`,
  role,
  alive: true,
  frozenUntilMs: 0,
  wallOffsetMs: 0,
});

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'.split('');

const random = ({ sim }: World) => ({
  number: sim.roll,
  id: (length: number) => Array.from({ length }, () => sim.pick(LETTERS)).join(''),
});

const slackOf = ({ slack: { slack }, budget }: World) => ({ token: slack.botToken, slackApiUrl: slack.apiUrl, budget });

/** A bot without its ways to Slack's people, as bot.ts puts them together. */
export const startBot = (world: World, number: number, meddle: Meddle): Bot => {
  const process = newProcess('bot', number);
  const { sim } = world;
  const redis = world.redis.connect(process);
  const clock = sim.clock(process);
  const schedule = redisReportSchedule({ redis, keys: KEYS });
  const log = world.log(process);
  const store = meddle(redisRunStore({ redis, keys: KEYS, clock }));
  const queue = world.queue.of(process, { clock, schedule });
  const leases = redisLeases({ redis, keys: KEYS, clock });
  const workers = watchWorkers({ beats: redisWorkerBeats({ redis, keys: KEYS, clock }), clock, log });
  const thread = createThread({ ...slackOf(world), clock, log, config: world.policy });
  const never = new AbortController().signal;
  sim.place.run({ process }, () => {
    void workers.watch(never);
    void standInForReporters({ store, schedule, leases, clock, log, workers: workers.known, thread }, never);
  });
  const runs = createRuns({
    store,
    queue,
    workers: workers.known,
    people: everybody,
    watches: redisWatchStore({ redis, keys: KEYS, clock, redactor: createRedactor() }),
    preferences: redisPreferences({ redis, keys: KEYS }),
    clock,
    random: random(world),
    log,
    config: {
      approvalTimeoutMs: world.policy.approvalTimeoutMs,
      get fleet() {
        return world.policy.fleet;
      },
      get databases() {
        return world.policy.databases;
      },
      get slack() {
        return world.policy.slack;
      },
    },
  });
  return { process, runs };
};

/** A worker's insides, as worker.ts puts them together; it ends when Redis does not answer at its start. */
export const launchWorker = (world: World, number: number, meddle: Meddle, onEnd: (process: Process) => void): Worker => {
  const process = newProcess('worker', number);
  let started: StartedWorker | undefined;
  void world.sim.place.run({ process }, async () => {
    try {
      started = await start(world, process, meddle);
    } catch {
      process.alive = false;
      onEnd(process);
    }
  });
  return {
    process,
    stop: () =>
      world.sim.place.run({ process }, async () => {
        await started?.stop();
        if (!process.alive) return;
        process.alive = false;
        onEnd(process);
      }),
  };
};

const start = async (world: World, process: Process, meddle: Meddle): Promise<StartedWorker> => {
  const { sim, policy } = world;
  const redis = world.redis.connect(process);
  const clock = sim.clock(process);
  const log = world.log(process);
  const schedule = redisReportSchedule({ redis, keys: KEYS });
  const installation = await installationId({ redis, keys: KEYS });
  const slack = { ...slackOf(world), clock, log };
  const noTool = (): never => {
    throw new Error('no step of this procedure uses a tool');
  };
  return startWorker(
    [
      {
        store: meddle(redisRunStore({ redis, keys: KEYS, clock })),
        queue: world.queue.of(process, { clock, schedule }),
        schedule,
        watches: redisWatchStore({ redis, keys: KEYS, clock, redactor: createRedactor() }),
        homes: redisHomes({ redis, keys: KEYS, clock }),
        preferences: redisPreferences({ redis, keys: KEYS }),
        homeTab: createHomeTab({ client: durableClient(slack), clock, log }),
        directs: memoryPeople().directs,
        everyFleet: [{ fleet: policy.fleet, databases: [], slack: { ...policy.slack } }],
        looks: { look: noTool },
        watching: { fleet: policy.fleet, rules: { everyMs: 300_000, fallback: 'C0DB' }, databases: new Map() },
        alerts: createAlerts({ ...slack, config: { fleet: policy.fleet, slack: {} } }),
        beats: redisWorkerBeats({ redis, keys: KEYS, clock }),
        leases: recordedLeases(world, process, redisLeases({ redis, keys: KEYS, clock })),
        cancels: await redisCancelChannel({ subscriber: world.redis.subscriber(process), keys: KEYS }),
        thread: createThread({ ...slack, config: policy }),
        forgottenThreads: createForgottenThreads(durableClient(slack), policy.slack.channels),
        clock,
        random: random(world),
        log,
        procedures: { deploy: smallProcedure, status: smallStatus, version: '1', worthKnowing: () => [] },
        installation,
        redact: (value) => value,
        approvalTimeoutMs: policy.approvalTimeoutMs,
        approvals: policy.slack,
        cluster: ({ name }, limits) => world.clusters[name]!.client(process, limits),
        licence: noTool,
        clientCertificate: noTool,
        helm: { upgrade: noTool, rollback: noTool, uninstall: noTool, version: noTool },
        clusteradm: { init: noTool, join: noTool, version: noTool },
      },
    ],
    (handlers) => world.queue.listen(process, handlers),
  );
};

const recordedLeases = ({ holders }: World, process: Process, leases: Leases): Leases => ({
  async take(name) {
    const lease = await leases.take(name);
    if (lease !== undefined) holders.set(name.replace(/^run:/, ''), process);
    return lease;
  },
});
