import { Redis } from 'ioredis';
import { keysOf } from '../../src/adapters/redis/keys.ts';
import { redisRunStore } from '../../src/adapters/redis/run-store.ts';
import { localBudget } from '../../src/adapters/slack/local-budget.ts';
import type { CallBudget } from '../../src/ports/call-budget.ts';
import type { Log } from '../../src/ports/log.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import { dice } from '../security/secrets.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { quietLog } from '../support/quiet-log.ts';
import { createBoundary, type Boundary } from './calls.ts';
import { createChaosCluster, type ChaosCluster, type Write } from './cluster.ts';
import { faultPlan, type Fault, type FaultPlan } from './faults.ts';
import { createChaosQueue, type ChaosQueue } from './queue.ts';
import { createChaosRedis, type ChaosRedis } from './redis.ts';
import { createSimulation, type Process, type Simulation } from './simulation.ts';
import { CHANNEL, openChaosSlack, type ChaosSlack } from './slack.ts';

/** Everything but the processes of pgdist. */
export interface World {
  readonly sim: Simulation;
  readonly plan: FaultPlan;
  readonly boundary: Boundary;
  readonly real: Redis;
  /** The store without faults, for looking. */
  readonly look: RunStore;
  readonly redis: ChaosRedis;
  readonly queue: ChaosQueue;
  readonly slack: ChaosSlack;
  readonly budget: CallBudget;
  readonly clusters: Readonly<Record<string, ChaosCluster>>;
  readonly writes: Write[];
  /** Who took the lease of a run last, by run. */
  readonly holders: Map<string, Process>;
  /** When Redis lost the leases last: until their holders find out, two may write. */
  leasesLostMs: number;
  /** When somebody touched the objects of a database by hand last, wall milliseconds. */
  readonly touchedMs: Map<string, number>;
  policy: RunPolicy;
  workersAwayUntilMs: number;
  /** When Redis lost everything last. */
  flushedMs: number;
  /** Times that Redis is to lose yet. */
  losing: number;
  /** Between which instants Redis was told what it lost. */
  readonly lost: { readonly fromMs: number; readonly toMs: number }[];
  readonly violations: Set<string>;
  log(process: Process): Log;
  /** Told of each process that dies. */
  onDeath: (process: Process) => void;
  dropLeases(): Promise<void>;
  flush(): Promise<void>;
  /** So many milliseconds from now, Redis is started anew as it stands now. */
  loseLast(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A lease is renewed six times in its 1.5 s, and a write is on its way for less than this. */
const FOUND_OUT_MS = 3_000;

const PREFIX = 'chaos';
export const KEYS = keysOf(PREFIX);

export const POLICY: RunPolicy = {
  fleet: testFleet,
  databases: [testDatabase, { ...testDatabase, name: 'orders' }],
  slack: { channels: [CHANNEL], approvers: ['U0BOB', 'U0CAROL'], admins: ['U0DORA'], requesterMayApprove: false },
  approvalTimeoutMs: 300_000,
};

export const openWorld = async (seed: number, faults: readonly Fault[], redisUrl: string, print?: (line: string) => void): Promise<World> => {
  const sim = createSimulation(dice(seed));
  const plan = faultPlan(faults);
  const real = new Redis(redisUrl, { replyMapping: 'legacy' });
  await real.flushdb();
  const kill = (process: Process): void => {
    if (!process.alive) return;
    process.alive = false;
    world.onDeath(process);
  };
  const boundary = createBoundary(sim, plan, kill);
  const lookClock = { now: () => sim.wall(), monotonicMs: () => 0, sleep: async () => undefined };
  const writes: Write[] = [];
  const operator = (cluster: ChaosCluster, { apiVersion, kind, metadata: { name, namespace = '' } }: Parameters<ChaosCluster['put']>[0]): void => {
    if (kind !== 'ConfigMap') return;
    const ref = { apiVersion, kind, name, namespace };
    sim.after(sim.between(100, 4_000), () => {
      const found = cluster.get(ref);
      const data = found?.['data'] as { version?: string } | undefined;
      if (found !== undefined) cluster.put({ ...found, status: { ready: data?.version } });
    });
  };
  const judged = (write: Write): void => {
    writes.push(write);
    const holder = world.holders.get(write.runId);
    if (holder === write.process || sim.nowMs() - world.leasesLostMs < FOUND_OUT_MS) return;
    world.violations.add(
      `one worker writes at a time: ${write.process.name} wrote ${write.object}, and ${holder?.name ?? 'nobody'} holds the lease of run ${write.runId}`,
    );
  };
  const clusterOf = (name: string): ChaosCluster => createChaosCluster(name, sim, boundary, judged, operator);
  const queue = createChaosQueue(sim, boundary);
  const slack = await openChaosSlack(sim, boundary);
  const world: World = {
    sim,
    plan,
    boundary,
    real,
    look: redisRunStore({ redis: real, keys: KEYS, clock: lookClock }),
    redis: createChaosRedis(sim, boundary, real),
    queue,
    slack,
    budget: localBudget({ monotonicMs: () => sim.nowMs() }),
    clusters: Object.fromEntries(testFleet.clusters.map(({ name }) => [name, clusterOf(name)])),
    writes,
    holders: new Map(),
    leasesLostMs: -Infinity,
    touchedMs: new Map(),
    policy: POLICY,
    workersAwayUntilMs: -Infinity,
    flushedMs: -Infinity,
    losing: 0,
    lost: [],
    violations: new Set(),
    log: print === undefined ? () => quietLog : ({ name }) => printingLog(sim, print, name, {}),
    onDeath: () => undefined,
    async dropLeases() {
      world.leasesLostMs = sim.nowMs();
      await world.redis.dropLeases();
    },
    async flush() {
      world.flushedMs = sim.nowMs();
      await world.dropLeases();
      queue.loseJobs();
      await real.flushdb();
    },
    async loseLast(ms) {
      const fromMs = sim.nowMs();
      const [restoreKeys, restoreJobs] = [await world.redis.remember(), queue.remember()];
      world.losing += 1;
      sim.after(ms, async () => {
        world.losing -= 1;
        world.lost.push({ fromMs, toMs: sim.nowMs() });
        await world.dropLeases();
        await restoreKeys();
        restoreJobs();
      });
    },
    async close() {
      sim.end();
      await slack.close();
      real.disconnect();
    },
  };
  return world;
};

const printingLog = (sim: Simulation, print: (line: string) => void, name: string, bound: Readonly<Record<string, unknown>>): Log => {
  const at =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      const shown = JSON.stringify({ ...bound, ...fields }, (_, value: unknown) => (value instanceof Error ? (value.stack ?? value.message) : value));
      print(`${Math.round(sim.nowMs())} ${name} ${level} ${message} ${shown}`);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => printingLog(sim, print, name, { ...bound, ...fields }),
  };
};
