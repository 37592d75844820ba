import { UserError } from '../../src/domain/problem.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Actor, Run } from '../../src/domain/run.ts';
import type { WorkersKnown } from '../../src/domain/workers.ts';
import type { People, Standing } from '../../src/ports/people.ts';
import type { Groups } from '../../src/ports/groups.ts';
import type { Preferences } from '../../src/ports/homes.ts';
import type { WatchStore } from '../../src/ports/watch-store.ts';
import type { Asker, Click, Decision, UseCases } from '../../src/ports/use-cases.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { memoryStore, type MemoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { systemClock } from '../support/system-clock.ts';

/** The use cases over a store in memory, at an instant that stands: what each is tested with alone. */
export interface UseCaseBench {
  readonly runs: UseCases;
  readonly store: MemoryStore;
  readonly watches: WatchStore;
  readonly preferences: Preferences;
  readonly queued: string[];
  /** Wall time, an ISO string that tests set. */
  now: string;
  /** The configuration from now on. */
  configure(slack: Partial<RunPolicy['slack']>): void;
}

export const CHANNEL = 'C0DB';
export const CARD = '100.1';
export const NOW = '2026-11-22T14:05:00.000Z';
export const person = (name: string): Actor => ({ userId: `U0${name.toUpperCase()}`, teamId: 'T0' });
export const [alice, bob, carol, dora] = [person('alice'), person('bob'), person('carol'), person('dora')] as const;

export const plan: Plan = {
  steps: [],
  digest: '4f9c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7',
  estimateMs: 0,
  worthKnowing: [],
  plannedAt: '2026-11-22T14:03:00.000Z',
};

/** Asked for by alice; its plan waits for approval. */
export const awaiting: Run = {
  id: 'r1',
  kind: 'deploy',
  database: testDatabase,
  fleet: testFleet,
  state: 'awaiting-approval',
  requestedBy: alice,
  requestedAt: '2026-11-22T14:00:00.000Z',
  thread: { channel: CHANNEL },
  attempt: 1,
  phase: 'plan',
  plan,
  planExpiresAt: '2026-11-22T14:30:00.000Z',
  outcomes: {},
  revision: 7,
};

export const askerIn = (by: Actor, channel = CHANNEL): Asker => ({ way: 'command', by, channel, idempotencyKey: `${by.userId}-${(keys += 1)}` });
let keys = 0;
export const clickOf = (by: Actor, run: Run = awaiting): Decision => ({
  way: 'button',
  runId: run.id,
  by,
  channel: CHANNEL,
  messageTs: CARD,
  seenDigest: run.plan?.digest,
});
export const formOf = (by: Actor, run: Run = awaiting): Decision => ({ ...clickOf(by, run), way: 'form' });
export const retryOf = (by: Actor, deed: 'retry' | 'plan-again' = 'retry', run: Run = awaiting): Click & { deed: typeof deed } => ({
  ...clickOf(by, run),
  deed,
});

export const standingOf = (standing: Standing): People => ({ standing: () => Promise.resolve(standing) });

export const openBench = (
  runs: readonly Run[] = [awaiting],
  {
    people = standingOf({ kind: 'member' }),
    slack = {},
    workers = () => ({ kind: 'alive' }),
    groups,
    databases = [testDatabase],
  }: {
    readonly groups?: Groups;
    readonly databases?: RunPolicy['databases'];
    readonly people?: People;
    readonly slack?: Partial<RunPolicy['slack']>;
    readonly workers?: () => WorkersKnown;
  } = {},
): UseCaseBench => {
  const store = memoryStore();
  const watches = memoryWatches();
  const { preferences } = memoryPeople();
  for (const run of runs) {
    store.put(run);
    void store.setShown(run.id, { channel: CHANNEL, ts: CARD, replies: {} });
  }
  const queued: string[] = [];
  let roles: RunPolicy['slack'] = {
    channels: [CHANNEL, 'C0SECOND'],
    approvers: [bob.userId, carol.userId],
    admins: [],
    requesterMayApprove: false,
    ...slack,
  };
  let ids = 0;
  const bench: UseCaseBench = {
    store,
    watches,
    preferences,
    queued,
    now: NOW,
    configure: (changes) => {
      roles = { ...roles, ...changes };
    },
    runs: createRuns({
      store,
      watches,
      preferences,
      memberships: { channelsOf: async (_userId, channels) => channels },
      queue: {
        add: async ({ runId, phase }) => void queued.push(`${phase} ${runId}`),
        report: async () => undefined,
        has: async () => true,
      },
      people,
      accounts: people,
      ...(groups === undefined ? {} : { groups }),
      workers,
      clock: { ...systemClock, now: () => new Date(bench.now) },
      random: { number: () => 0.5, id: () => `new${(ids += 1)}` },
      config: {
        fleet: testFleet,
        databases,
        get slack() {
          return roles;
        },
        approvalTimeoutMs: 1_800_000,
      },
      log: quietLog,
    }),
  };
  return bench;
};

/** The sentence with which it is refused; fails when it is not. */
export const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    (value) => new Error(`not refused: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error.message;
  throw error;
};
