import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { NotKnownError, UserError } from '../../src/domain/problem.ts';
import type { Run } from '../../src/domain/run.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { startFreezableProxy, type Frozen } from '../support/freezable-proxy.ts';
import { alice, openInstallation } from '../support/installation.ts';
import { leapingClock } from '../support/leaping-clock.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { memoryStore } from '../support/memory-store.ts';
import { everybody } from '../support/people.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

/** Every call of the ports that accepting a command makes, in its order. */
const BOUNDARIES = ['get', 'audit', 'create', 'add', 'save'] as const;
/** One command's time-out, past the instant until which it must be accepted, and so long that a first look back fails as well. */
const STALLS_MS = [900, 1_900, 3_500];
/** thaw: what was held back arrives. cut: it is lost, with the connection. */
type Ends = 'thaw' | 'cut';

interface Stall {
  readonly boundary: (typeof BOUNDARIES)[number];
  readonly frozen: Frozen;
  readonly stallMs: number;
  readonly ends: Ends;
}

/** One command to a bot whose Redis stands still from one boundary on, beside a worker whose Redis does not: what was told, and what became of it. */
const commandUnder = async ({ boundary, frozen, stallMs, ends }: Stall): Promise<{ told: Run | Error; runs: readonly Run[] }> => {
  const { hostname: host, port } = new URL(server.url);
  const proxy = await startFreezableProxy({ host, port: Number(port) });
  let stalled: Promise<void> | undefined;
  const stall = async (): Promise<void> => {
    proxy.freeze(frozen);
    await systemClock.sleep(stallMs);
    if (ends === 'cut') proxy.cut();
    proxy.thaw();
  };
  const freezing =
    <A extends unknown[], T>(call: (...parameters: A) => Promise<T>) =>
    (...parameters: A): Promise<T> => {
      stalled ??= stall();
      return call(...parameters);
    };
  const installation = openInstallation({
    url: server.url,
    botUrl: `redis://127.0.0.1:${proxy.port}`,
    steps: [configMapStep('a')],
    around: ({ store, queue }) =>
      boundary === 'add'
        ? { store, queue: { ...queue, add: freezing((job) => queue.add(job)) } }
        : { store: { ...store, [boundary]: freezing(store[boundary] as (...parameters: unknown[]) => Promise<unknown>) }, queue },
  });
  try {
    await installation.worker();
    const told = await installation.start().catch((error: unknown) => error as Error);
    await stalled;
    const runs = await eventually(async () => {
      const found = await installation.redis.store.list(10);
      // Every run is decided: accepted, and then it is planned, or withdrawn.
      for (const run of found) expect(['awaiting-approval', 'cancelled']).toContain(run.state);
      return found;
    });
    return { told, runs };
  } finally {
    await installation.close();
    await proxy.close();
  }
};

const CASES = BOUNDARIES.flatMap((boundary) =>
  STALLS_MS.flatMap((stallMs) =>
    (['all', 'answers'] as const).flatMap((frozen) => (['thaw', 'cut'] as const).map((ends): Stall => ({ boundary, frozen, stallMs, ends }))),
  ),
);

test.each(BOUNDARIES)('whatever Redis does with the call %s of a command, what is told of it is true', async (boundary) => {
  const cases = CASES.filter((one) => one.boundary === boundary);
  const lies = await Promise.all(
    cases.map(async (one) => {
      const { told, runs } = await commandUnder(one);
      const going = runs.filter(({ state }) => state === 'awaiting-approval');
      const isTrue =
        told instanceof UserError
          ? !(told instanceof NotKnownError) && going.length === 0 && runs.every(({ startedAt }) => startedAt === undefined)
          : !(told instanceof Error) && going.length === 1 && going[0]?.id === told.id;
      return isTrue
        ? []
        : [{ ...one, told: told instanceof Error ? told.message : `accepted ${told.id}`, runs: runs.map(({ id, state }) => `${id} ${state}`) }];
    }),
  );
  expect(lies.flat()).toEqual([]);
});

test('while Redis does not say what became of a command, its asker is told that it is not known, and where it will be seen', async () => {
  const store = memoryStore();
  const away = () => Promise.reject(new Error('Command timed out'));
  const clock = leapingClock();
  const runs = createRuns({
    store: { ...store, save: away },
    watches: memoryWatches(),
    preferences: memoryPeople().preferences,
    queue: { add: away, report: async () => undefined, has: async () => false },
    people: everybody,
    clock,
    random: systemRandom,
    config: {
      fleet: testFleet,
      databases: [testDatabase],
      slack: { channels: ['C0DB'], approvers: [], admins: [], requesterMayApprove: false },
      approvalTimeoutMs: 60_000,
    },
    log: quietLog,
  });
  const asking = runs.start({ way: 'command', by: alice, channel: 'C0DB', idempotencyKey: 'k', kind: 'deploy', database: 'postgres' });
  const told = await clock.run(asking).catch((error: unknown) => error);
  expect(told).toBeInstanceOf(NotKnownError);
  expect(String(told)).toMatch(
    /It is not known whether `deploy postgres` was accepted .*its card comes into this channel .*`\/pgdist runs` lists it/,
  );
  expect(store.entries.at(-1)).toMatchObject({ deed: 'deploy', outcome: 'failed', told: 'NotKnownError' });
});
