import { memoryPeople } from './memory-people.ts';
import { randomUUID } from 'node:crypto';
import type { RedisAccess } from '../../src/domain/redis-address.ts';
import { sequence } from '../../src/domain/procedure.ts';
import type { Actor, Run, RunState } from '../../src/domain/run.ts';
import type { Clusteradm, Helm } from '../../src/ports/cli.ts';
import type { Alerts } from '../../src/ports/alerts.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ForgottenThreads } from '../../src/ports/forgotten-threads.ts';
import type { Thread } from '../../src/ports/thread.ts';
import { openRedis, type OpenRedis } from '../../src/adapters/redis/index.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import type { ApprovalPolicy } from '../../src/domain/policy.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import type { Asker, Decision, UseCases } from '../../src/ports/use-cases.ts';
import { startWorker, type StartedWorker } from '../../src/execution/start-worker.ts';
import type { WorkerDeps } from '../../src/execution/worker-deps.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import type { Step } from '../../src/steps/context.ts';
import { testDatabase, testFleet } from './fleet.ts';
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts';
import { everybody } from './people.ts';
import { quietLog } from './quiet-log.ts';
import { patienceMs } from './eventually.ts';

export const alice: Actor = { userId: 'U0ALICE', teamId: 'T0' };
export const bob: Actor = { userId: 'U0BOB', teamId: 'T0' };
export const carol: Actor = { userId: 'U0CAROL', teamId: 'T0' };
export const stranger: Actor = { userId: 'U0STRANGER', teamId: 'T0' };

/** A bot's and workers' insides over a real Redis, with small steps over clusters in memory and a thread that only notes what it is to show. */
export interface Installation {
  readonly runs: UseCases;
  readonly redis: OpenRedis;
  readonly clusters: Readonly<Record<'tokyo' | 'osaka', MemoryCluster>>;
  /** States of runs that the thread was asked to show. */
  readonly shown: RunState[];
  /** One more worker process, as far as Redis can tell. */
  worker(approvals?: ApprovalPolicy): Promise<TestWorker>;
  reaches(id: string, state: RunState): Promise<Run>;
  start(kind?: 'deploy' | 'verify' | 'status', by?: Actor): Promise<Run>;
  /** A click of that person on the run's newest plan. */
  click(run: Run, by: Actor): Decision;
  /** Somebody who types a command. */
  asker(by: Actor): Asker;
  close(): Promise<void>;
}

export interface TestWorker extends StartedWorker {
  /** Cuts the worker from Redis at once, as kill -9 would: nothing is released. */
  kill(): Promise<void>;
}

type BotPorts = Pick<OpenRedis, 'store' | 'queue'>;

const noTool = (): never => {
  throw new Error('not part of this test');
};
const helm: Helm = { upgrade: noTool, rollback: noTool, uninstall: noTool, version: noTool };
const clusteradm: Clusteradm = { init: noTool, join: noTool, version: noTool };

export const openInstallation = ({
  url,
  botUrl = url,
  around = (ports) => ports,
  forgottenThreads = { end: async () => 0 },
  access = {},
  prefix = `test-${randomUUID().slice(0, 8)}`,
  procedureVersion = '1',
  worthKnowing = () => [],
  commandTimeoutMs = 800,
  steps,
  clock = systemClock,
  workerClock = clock,
  policy = {},
  watching = { fleet: testFleet, rules: { everyMs: 300_000, fallback: 'C0DB' }, databases: new Map() },
  alerts = { show: noTool },
}: {
  readonly url: string;
  readonly access?: RedisAccess;
  /** Where the bot finds Redis, if not where the workers do. */
  readonly botUrl?: string;
  /** What stands between the bot's use cases and its ports. */
  readonly around?: (ports: BotPorts) => BotPorts;
  readonly forgottenThreads?: ForgottenThreads;
  /** As the processes have it: 800 the bot, 2000 the worker. */
  readonly commandTimeoutMs?: number;
  readonly prefix?: string;
  readonly procedureVersion?: string;
  /** Default: nothing is. */
  readonly worthKnowing?: WorkerDeps['procedures']['worthKnowing'];
  readonly steps: readonly Step[];
  readonly clock?: Clock;
  /** Default: the bot's. */
  readonly workerClock?: Clock;
  readonly policy?: Partial<RunPolicy>;
  /** Default: no database is watched. */
  readonly watching?: WorkerDeps['watching'];
  readonly alerts?: Alerts;
}): Installation => {
  const open = (at = url, its = clock): OpenRedis => openRedis({ url: at, access, commandTimeoutMs, prefix, clock: its, log: quietLog });
  const redis = open();
  const bot = botUrl === url ? redis : open(botUrl);
  const clusters = { tokyo: memoryCluster('tokyo'), osaka: memoryCluster('osaka') };
  const config: RunPolicy = {
    fleet: testFleet,
    databases: [testDatabase],
    slack: { channels: ['C0DB', 'C0OTHER'], approvers: [bob.userId, carol.userId, alice.userId], admins: [], requesterMayApprove: false },
    approvalTimeoutMs: 1_800_000,
    ...policy,
  };
  const shown: RunState[] = [];
  const thread: Thread = {
    async show(run, _waiting, before, remember) {
      shown.push(run.state);
      const after = { ...before, ts: before.ts ?? `${Date.now()}.0001`, permalink: `https://example.slack.com/${run.id}` };
      await remember(after);
      return { shown: after };
    },
  };
  const asker = (by: Actor): Asker => ({ way: 'command', by, channel: 'C0DB', idempotencyKey: randomUUID() });
  const workers: TestWorker[] = [];
  const people = memoryPeople();
  const procedure = () => sequence(...steps);
  const runs = createRuns({
    ...around(bot),
    watches: bot.watches,
    preferences: bot.preferences,
    people: everybody,
    clock,
    random: systemRandom,
    config,
    log: quietLog,
  });
  return {
    runs,
    redis,
    clusters,
    shown,
    async worker(approvals = config.slack) {
      const mine = open(url, workerClock);
      const deps = {
        store: mine.store,
        queue: mine.queue,
        schedule: mine.schedule,
        watches: mine.watches,
        homes: mine.homes,
        preferences: mine.preferences,
        homeTab: people.homeTab,
        directs: people.directs,
        everyFleet: [config],
        looks: mine.queue,
        watching,
        alerts,
        leases: mine.leases,
        beats: mine.beats,
        cancels: await mine.cancels(),
        thread,
        clock: workerClock,
        random: systemRandom,
        log: quietLog,
        redact: createRedactor().value,
        procedures: { deploy: procedure, status: procedure, version: procedureVersion, worthKnowing },
        installation: 'pgdist-test',
        forgottenThreads,
        approvalTimeoutMs: config.approvalTimeoutMs,
        approvals,
        cluster: ({ name }: { name: string }) => clusters[name as 'tokyo' | 'osaka'],
        licence: noTool,
        clientCertificate: async () => undefined,
        helm,
        clusteradm,
      };
      const started = startWorker([deps], (handlers) => mine.startWorkers(handlers));
      let gone: Promise<void> | undefined;
      const worker: TestWorker = {
        stop: () => (gone ??= started.stop().then(() => mine.close())),
        kill: () => (gone ??= mine.close().then(() => void started.stop())),
      };
      workers.push(worker);
      return worker;
    },
    async reaches(id, state) {
      const deadline = performance.now() + patienceMs();
      for (;;) {
        const run = await redis.store.get(id);
        if (run?.state === state) return run;
        if (performance.now() > deadline)
          throw new Error(`run ${id} is ${run?.state}, not ${state}: ${run?.bug ?? ''} ${JSON.stringify(run?.failure ?? run?.differences ?? '')}`);
        await new Promise<void>((resolve) => void setTimeout(resolve, 10));
      }
    },
    start: (kind = 'deploy', by = alice) => runs.start({ ...asker(by), kind, database: 'postgres' }),
    click: (run, by) => ({
      way: 'button',
      runId: run.id,
      by,
      channel: 'C0DB',
      messageTs: run.thread.ts ?? '',
      seenDigest: run.plan?.digest,
    }),
    asker,
    async close() {
      await Promise.allSettled(workers.map((worker) => worker.stop()));
      await Promise.all([...new Set([redis, bot])].map((opened) => opened.close()));
    },
  };
};
