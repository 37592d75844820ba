import { change, healthy, inPlace } from '../../src/domain/finding.ts';
import { sequence } from '../../src/domain/procedure.ts';
import type { Run } from '../../src/domain/run.ts';
import { executeRun } from '../../src/execution/execute-run.ts';
import { reconcileOnce } from '../../src/execution/reconcile-runs.ts';
import type { WorkerDeps } from '../../src/execution/worker-deps.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { LeaseLostError, runLease } from '../../src/ports/lease.ts';
import type { PhaseJob } from '../../src/ports/queue.ts';
import type { UseCases } from '../../src/ports/use-cases.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import type { Step } from '../../src/steps/context.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { memoryStore, type MemoryStore } from '../support/memory-store.ts';
import { everybody } from '../support/people.ts';
import { quietLog } from '../support/quiet-log.ts';

/** What a step did to a cluster, or a phase that was queued: what the model judges. */
export interface Watching {
  queued(job: PhaseJob): void;
  wrote(runId: string): void;
}

/** Two bots and any number of workers over one store in memory: real use cases, real phases, steps that stop where the test says so. */
export interface DeedWorld {
  readonly store: MemoryStore;
  readonly bots: readonly UseCases[];
  readonly jobs: PhaseJob[];
  policy: RunPolicy;
  /** Part of every plan: another one is another plan. */
  wanted: number;
  /** True: the next step that writes fails. */
  failing: boolean;
  pass(ms: number): void;
  now(): Date;
  /** A worker takes the job and works until its run stops at a step, or the phase has ended. */
  take(job: PhaseJob): Promise<void>;
  /** Runs that a worker stands still with. */
  held(): readonly string[];
  goOn(runId: string): Promise<void>;
  crash(runId: string): Promise<void>;
  reconcile(): Promise<unknown>;
  close(): Promise<void>;
}

export const POLICY: RunPolicy = {
  fleet: testFleet,
  databases: [testDatabase, { ...testDatabase, name: 'orders' }],
  slack: { channels: ['C0DB'], approvers: ['U0BOB', 'U0CAROL'], admins: ['U0DORA'], requesterMayApprove: false },
  approvalTimeoutMs: 1_800_000,
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
};

const noTool = (): never => {
  throw new Error('not part of this test');
};

export const openDeedWorld = (watching: Watching): DeedWorld => {
  const store = memoryStore();
  let nowMs = Date.parse('2026-11-22T14:00:00.000Z');
  let ids = 0;
  const jobs: PhaseJob[] = [];
  const leases = new Map<string, AbortController>();
  const gates = new Map<string, () => void>();
  const works = new Map<string, Promise<unknown>>();
  const listeners = new Map<string, Set<() => void>>();
  const values = new Map<string, number>();
  const clock: Clock = {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    // Nobody waits for time here: what is written is flushed, and a cancel is told at once.
    sleep: (_ms, signal) => aborted(signal),
  };
  const random = { number: () => 0.5, id: () => `n${(ids += 1)}` };
  const queue = {
    async add(job: PhaseJob) {
      watching.queued(job);
      jobs.push(job);
    },
    report: async () => undefined,
    has: async (job: PhaseJob) => jobs.some((other) => JSON.stringify(other) === JSON.stringify(job)),
  };
  const { requestCancel } = store;
  store.requestCancel = async (id, by) => {
    await requestCancel(id, by);
    for (const tell of listeners.get(id) ?? []) tell();
  };
  store.leaseLeftMs = async (id) => (leases.has(runLease(id)) ? 1_500 : 0);

  const stopAt = (runId: string): Promise<void> => new Promise((resolve) => void gates.set(runId, resolve));
  const steps = (runId: string, world: DeedWorld): readonly Step[] =>
    ['a', 'b'].map((name) => {
      const key = `${runId}/${name}`;
      return {
        id: `test/${name}`,
        title: `${name} is there`,
        stage: 'Test',
        cluster: 'tokyo',
        verifyTimeoutMs: 60_000,
        usualMs: 1,
        rights: [],
        async check(context) {
          if (name === 'a') await Promise.race([stopAt(runId), aborted(context.signal)]);
          if (values.get(key) === world.wanted) return inPlace('it is there');
          return change([{ cluster: 'tokyo', action: 'change', object: `ConfigMap ${name}`, fields: [{ path: 'data.v', to: world.wanted }] }]);
        },
        async apply(context) {
          context.signal.throwIfAborted();
          watching.wrote(runId);
          if (world.failing) {
            world.failing = false;
            throw new Error('it broke');
          }
          values.set(key, world.wanted);
          await Promise.race([stopAt(runId), aborted(context.signal)]);
        },
        verify: async () => healthy('it is there'),
      };
    });

  const workerOf = (runId: string, world: DeedWorld): WorkerDeps => ({
    store,
    queue,
    schedule: { begin: async () => undefined, settled: async () => true, later: async () => undefined, due: async () => [] },
    watches: memoryWatches(),
    ...memoryPeople(),
    everyFleet: [{ fleet: world.policy.fleet, databases: [testDatabase], slack: world.policy.slack }],
    looks: { look: async () => undefined },
    watching: { fleet: world.policy.fleet, rules: { everyMs: 300_000, fallback: 'C0DB' }, databases: new Map() },
    alerts: { show: noTool },
    leases: {
      async take(name) {
        if (leases.has(name)) return undefined;
        const controller = new AbortController();
        leases.set(name, controller);
        return {
          epoch: 1,
          signal: controller.signal,
          leftMs: () => 1_500,
          assertHeld: () => controller.signal.throwIfAborted(),
          release: async () => void (leases.get(name) === controller && leases.delete(name)),
        };
      },
    },
    beats: { beat: async () => undefined, withdraw: async () => undefined, heard: async () => ({ alive: true }) },
    cancels: {
      listen(id, tell) {
        const told = listeners.get(id) ?? new Set();
        listeners.set(id, told.add(tell));
        return () => void told.delete(tell);
      },
    },
    thread: { show: noTool },
    clock,
    random,
    log: quietLog,
    redact: (value) => value,
    procedures: { deploy: () => sequence(...steps(runId, world)), status: noTool, version: '1', worthKnowing: () => [] },
    installation: 'pgdist-test',
    forgottenThreads: { end: async () => 0 },
    approvalTimeoutMs: world.policy.approvalTimeoutMs,
    approvals: world.policy.slack,
    cluster: ({ name }) => memoryCluster(name),
    licence: noTool,
    clientCertificate: noTool,
    helm: { upgrade: noTool, rollback: noTool, uninstall: noTool, version: noTool },
    clusteradm: { init: noTool, join: noTool, version: noTool },
  });

  const world: DeedWorld = {
    store,
    jobs,
    policy: POLICY,
    wanted: 1,
    failing: false,
    bots: [0, 1].map(() =>
      createRuns({
        store,
        watches: memoryWatches(),
        preferences: memoryPeople().preferences,
        queue,
        people: everybody,
        clock,
        random,
        log: quietLog,
        config: {
          approvalTimeoutMs: POLICY.approvalTimeoutMs,
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
      }),
    ),
    pass: (ms) => void (nowMs += ms),
    now: () => new Date(nowMs),
    async take(job) {
      const work = executeRun(workerOf(job.runId, world), job, new AbortController().signal);
      if (!leases.has(runLease(job.runId)) || works.has(job.runId)) return void (await work);
      works.set(
        job.runId,
        work.finally(() => void works.delete(job.runId)),
      );
      await settle();
    },
    held: () => [...works.keys()],
    async goOn(runId) {
      gates.get(runId)?.();
      gates.delete(runId);
      await settle();
    },
    async crash(runId) {
      const lease = leases.get(runLease(runId));
      lease?.abort(new LeaseLostError('crashed'));
      leases.delete(runLease(runId));
      gates.delete(runId);
      await settle();
      await works.get(runId);
    },
    reconcile: () => reconcileOnce(workerOf('', world)),
    async close() {
      for (const runId of works.keys()) await world.crash(runId);
    },
  };
  return world;
};

const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason as Error);
    else signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** Everything that the store holds of these runs but the audit. */
export const storedOf = async ({ store, jobs }: DeedWorld): Promise<string> => {
  const runs: readonly Run[] = await store.list(1_000);
  const cancels = await Promise.all(runs.map(({ id }) => store.cancelRequested(id)));
  return JSON.stringify([runs, cancels.map((cancel) => cancel ?? null), jobs]);
};
