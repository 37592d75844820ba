import { patienceMs } from '../support/eventually.ts';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditEntries } from '../../src/adapters/redis/audit-log.ts';
import { commandConnection } from '../../src/adapters/redis/connection.ts';
import { keysOf } from '../../src/adapters/redis/keys.ts';
import { redisRunStore } from '../../src/adapters/redis/run-store.ts';
import type { WatchStore } from '../../src/ports/watch-store.ts';
import { toldMessage } from '../../src/adapters/slack/render/told-message.ts';
import auditCommand from '../../commands/audit.ts';
import { chained, createChainCheck, GENESIS, headOf, type AuditFields, type ChainedEntry } from '../../src/domain/audit-chain.ts';
import { DEEDS, type DeedName } from '../../src/domain/deeds.ts';
import { UserError } from '../../src/domain/problem.ts';
import type { Run, RunState } from '../../src/domain/run.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import { executeRun } from '../../src/execution/execute-run.ts';
import { reconcileOnce, type ReconcileDeps } from '../../src/execution/reconcile-runs.ts';
import type { WorkerDeps } from '../../src/execution/worker-deps.ts';
import type { Preferences } from '../../src/ports/homes.ts';
import type { UseCases } from '../../src/ports/use-cases.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { alice, awaiting, askerIn, bob, CARD, carol, CHANNEL, clickOf, formOf, NOW, plan, retryOf, standingOf } from '../runs/bench.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { systemClock } from '../support/system-clock.ts';
import { CODES, hostileString, SCRIPTS, seeded, UNSEEN } from './hostile-strings.ts';
import { liveIn, unseenIn } from './live.ts';
import { plantedSecrets } from './secrets.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let prefix: string;
let keys: ReturnType<typeof keysOf>;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => {
  prefix = `test-${randomUUID().slice(0, 8)}`;
  keys = keysOf(prefix);
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
});
afterEach(() => redis.disconnect());

const clock = { ...systemClock, now: () => new Date(NOW) };
const storeOver = (connection = redis): RunStore => redisRunStore({ redis: connection, keys, clock });

/** The use cases over Redis, with one run in that state. */
const openRuns = async (
  state: RunState,
  change: (store: RunStore) => Partial<RunStore & Pick<WatchStore, 'mute' | 'unmute'> & Preferences> = () => ({}),
  who: 'member' | 'guest' = 'member',
) => {
  const store = storeOver();
  await store.create({ ...awaiting, state: 'queued' }, randomUUID());
  await store.save({ ...awaiting, state, revision: 0 });
  await store.setShown(awaiting.id, { channel: CHANNEL, ts: CARD, replies: {} });
  const queued: string[] = [];
  let ids = 0;
  const runs: UseCases = createRuns({
    store: { ...store, ...change(store) },
    watches: { ...memoryWatches(), ...change(store) },
    preferences: { ...memoryPeople().preferences, ...change(store) },
    queue: { add: async ({ phase, runId }) => void queued.push(`${phase} ${runId}`), report: async () => undefined, has: async () => true },
    people: standingOf(who === 'member' ? { kind: 'member' } : { kind: 'refused', who: 'guest' }),
    clock,
    random: { number: () => 0.5, id: () => `new${(ids += 1)}` },
    config: {
      fleet: testFleet,
      databases: [testDatabase],
      slack: { channels: [CHANNEL], approvers: [bob.userId, carol.userId], admins: [], requesterMayApprove: false },
      approvalTimeoutMs: 1_800_000,
    },
    log: quietLog,
  });
  return { runs, store, queued };
};

const entries = (): Promise<AuditFields[]> => Array.fromAsync(auditEntries(redis, keys));
const said = async (): Promise<AuditFields[]> => (await entries()).map(({ previous: _previous, hash: _hash, ...words }) => words);

interface Case {
  readonly state: RunState;
  readonly ask: (runs: UseCases) => Promise<unknown>;
  /** What the entries hold besides at, by, team, channel, deed, outcome. */
  readonly asked: AuditFields;
  readonly done: AuditFields;
}

const seen = { digestSeen: plan.digest };
const typed = askerIn(bob);
const muted = { database: 'postgres' };
const start = (kind: 'deploy' | 'plan' | 'verify' | 'status'): Case => ({
  state: 'succeeded',
  ask: (runs) => runs.start({ ...typed, kind, database: 'postgres' }),
  asked: { way: 'command', run: 'rnew1' },
  done: { way: 'command', run: 'rnew1', after: 'queued' },
});
const again = (deed: 'verify-now' | 'ask-again' | 'plan-repair'): Case => ({
  state: 'succeeded',
  ask: (runs) => runs.askAgain({ ...clickOf(bob), deed, idempotencyKey: 'k' }),
  asked: { way: 'button', run: 'r1', before: 'succeeded', ...seen },
  done: { way: 'button', run: 'r1', before: 'succeeded', started: 'rnew1', ...seen },
});

/** Every deed that does more than show. */
const CASES: Readonly<Record<Exclude<DeedName, 'help' | 'home' | 'runs' | 'pending' | 'history' | 'audit' | 'explain'>, Case>> = {
  deploy: start('deploy'),
  plan: start('plan'),
  verify: start('verify'),
  status: start('status'),
  bundle: { ...start('status'), ask: (runs) => runs.bundle({ ...typed, about: 'postgres' }) },
  export: { ...start('status'), ask: (runs) => runs.export({ ...typed, runId: 'r1' }) },
  approve: {
    state: 'awaiting-approval',
    ask: (runs) => runs.approve(clickOf(bob)),
    asked: { way: 'button', run: 'r1', before: 'awaiting-approval', ...seen },
    done: { way: 'button', run: 'r1', before: 'awaiting-approval', after: 'applying', ...seen },
  },
  reject: {
    state: 'awaiting-approval',
    ask: (runs) => runs.reject(formOf(bob)),
    asked: { way: 'form', run: 'r1', before: 'awaiting-approval', ...seen },
    done: { way: 'form', run: 'r1', before: 'awaiting-approval', after: 'rejected', ...seen },
  },
  cancel: {
    state: 'applying',
    ask: (runs) => runs.cancel({ ...typed, runId: 'r1' }),
    asked: { way: 'command', run: 'r1', before: 'applying' },
    done: { way: 'command', run: 'r1', before: 'applying', after: 'cancelled' },
  },
  retry: {
    state: 'failed',
    ask: (runs) => runs.retry(retryOf(bob)),
    asked: { way: 'button', run: 'r1', before: 'failed', ...seen },
    done: { way: 'button', run: 'r1', before: 'failed', after: 'queued', ...seen },
  },
  notify: {
    state: 'succeeded',
    ask: (runs) => runs.notify({ ...typed, wanted: false }),
    asked: { way: 'command' },
    done: { way: 'command' },
  },
  mute: {
    state: 'succeeded',
    ask: (runs) => runs.mute({ ...typed, database: 'postgres', forMs: 60_000 }),
    asked: { way: 'command', ...muted, until: '2026-11-22T14:06:00.000Z' },
    done: { way: 'command', ...muted, until: '2026-11-22T14:06:00.000Z' },
  },
  unmute: {
    state: 'succeeded',
    ask: (runs) => runs.unmute({ ...typed, database: 'postgres' }),
    asked: { way: 'command', ...muted },
    done: { way: 'command', ...muted },
  },
  lock: {
    state: 'succeeded',
    ask: (runs) => runs.lock({ ...typed, database: 'postgres', reason: 'a move' }),
    asked: { way: 'command', ...muted, reason: 'a move' },
    done: { way: 'command', ...muted, reason: 'a move' },
  },
  unlock: {
    state: 'succeeded',
    ask: (runs) => runs.unlock({ ...typed, database: 'postgres', reason: 'it is over' }),
    asked: { way: 'command', ...muted, reason: 'it is over' },
    done: { way: 'command', ...muted, reason: 'it is over' },
  },
  'plan-again': {
    state: 'expired',
    ask: (runs) => runs.retry(retryOf(bob, 'plan-again')),
    asked: { way: 'button', run: 'r1', before: 'expired', ...seen },
    done: { way: 'button', run: 'r1', before: 'expired', after: 'queued', ...seen },
  },
  'verify-now': again('verify-now'),
  'ask-again': again('ask-again'),
  'plan-repair': again('plan-repair'),
};
const DOING = Object.keys(CASES) as (keyof typeof CASES)[];
const SHOWING = (Object.keys(DEEDS) as DeedName[]).filter((name) => DEEDS[name].effect === 'shows');

test('every deed is here: what it does is recorded, or it only shows', () => {
  expect([...DOING, ...SHOWING].toSorted()).toEqual(Object.keys(DEEDS).toSorted());
});

describe.each(DOING)('%s', (deed) => {
  const { state, ask, asked, done } = CASES[deed];
  const who = { at: NOW, by: bob.userId, team: bob.teamId, channel: CHANNEL, deed };

  test('leaves who asked before it is done and what came of it after it, with every field', async () => {
    const { runs } = await openRuns(state);
    await ask(runs);
    expect(await said()).toEqual([
      { ...who, ...asked, outcome: 'asked', seq: '1' },
      { ...who, ...done, outcome: 'done', about: '1', seq: '2' },
    ]);
  });

  test('leaves one entry with the sentence where the person is refused', async () => {
    const { runs } = await openRuns(state, undefined, 'guest');
    await expect(ask(runs)).rejects.toThrow(UserError);
    const { before: _before, database: _database, until: _until, reason: _reason, run, ...rest } = asked;
    const told = 'Nothing was done: guests of this workspace may look on, but not command or decide.';
    // A run that a refused person would have started never got an id.
    expect(await said()).toEqual([
      { ...who, ...rest, ...(run === 'r1' || deed === 'export' ? { run: 'r1' } : {}), outcome: 'refused', told, seq: '1' },
    ]);
  });

  test('leaves what was asked and that it failed where the store fails in between', async () => {
    const away = (): Promise<never> => Promise.reject(new TypeError('the store is away'));
    const { runs } = await openRuns(state, () => ({
      create: away,
      reopen: away,
      save: away,
      approve: away,
      requestCancel: away,
      mute: away,
      unmute: away,
      lock: away,
      unlock: away,
      setNotified: away,
    }));
    await expect(ask(runs)).rejects.toThrow(/the store is away|^Nothing was accepted/);
    expect((await said()).map(({ deed: what, outcome, about }) => [what, outcome, about])).toEqual([
      [deed, 'asked', undefined],
      [deed, expect.stringMatching(/^(failed|refused)$/), '1'],
    ]);
  });

  test('is refused, and nothing changes, while it cannot be recorded', async () => {
    const { runs, store, queued } = await openRuns(state, () => ({ audit: () => Promise.reject(new Error('connection lost')) }));
    const before = JSON.stringify(await store.list(10));
    await expect(ask(runs)).rejects.toThrow(`Nothing was done: \`${deed}\``);
    await expect(ask(runs)).rejects.toThrow('could not be recorded in the audit');
    expect(JSON.stringify(await store.list(10))).toBe(before);
    expect(await store.cancelRequested('r1')).toBeUndefined();
    expect(queued).toEqual([]);
    expect(await redis.get(keys.fleet(testFleet.name))).toBeNull();
  });
});

test('where the process dies between the decision and its outcome, who asked stands there, and the answer says that the outcome does not', async () => {
  const dies = (store: RunStore) => ({
    audit: (entry: AuditFields) => (entry['outcome'] === 'asked' ? store.audit(entry) : Promise.reject(new Error('killed'))),
  });
  const { runs, store } = await openRuns('awaiting-approval', dies);
  await runs.approve(clickOf(bob));
  expect(await said()).toMatchObject([{ deed: 'approve', by: bob.userId, before: 'awaiting-approval', outcome: 'asked', ...seen }]);
  expect((await toldAbout(store)).text).toContain('asked, and what came of it is not recorded');
});

describe('a run that ends without a decision leaves an entry of its end', () => {
  const deps = (store: RunStore): ReconcileDeps => ({
    store,
    queue: { add: async () => undefined, report: async () => undefined, has: async () => true },
    schedule: { due: async () => [], later: async () => undefined, begin: async () => undefined, settled: async () => true },
    clock,
    log: quietLog,
  });
  const stored = async (changes: Partial<Run>): Promise<RunStore> => {
    const { store } = await openRuns('awaiting-approval');
    await store.save({ ...awaiting, ...changes, revision: 1 });
    return store;
  };

  test.each<[string, Partial<Run>, RunState]>([
    ['expired', { planExpiresAt: '2026-11-22T14:04:00.000Z' }, 'expired'],
    ['never accepted', { state: 'queued', acceptBy: '2026-11-22T14:04:00.000Z' }, 'cancelled'],
  ])('%s', async (_, changes, after) => {
    await reconcileOnce(deps(await stored(changes)));
    const before = changes.state ?? 'awaiting-approval';
    expect(await said()).toEqual([{ at: NOW, way: 'worker', deed: 'end', run: 'r1', before, after, outcome: 'done', seq: '1' }]);
  });

  test('cancelled by a request that no worker heard', async () => {
    const store = await stored({ state: 'verifying' });
    await store.requestCancel('r1', bob);
    await reconcileOnce(deps(store));
    expect(await said()).toMatchObject([{ deed: 'end', before: 'verifying', after: 'cancelled' }]);
  });

  test.each<[string, Partial<Run>, RunState]>([
    ['given up', { state: 'verifying', phase: 'verify', begun: 5 }, 'failed'],
    ['taken up too late', { state: 'queued', phase: 'verify', acceptBy: '2026-11-22T14:04:00.000Z' }, 'cancelled'],
  ])('%s by the worker that takes it', async (_, changes, after) => {
    const store = await stored(changes);
    const lease = { epoch: 1, leftMs: () => 1_500, assertHeld: () => undefined, release: async () => undefined };
    const worker = { ...deps(store), leases: { take: async () => lease } } as unknown as WorkerDeps;
    await executeRun(worker, { runId: 'r1', phase: 'verify', attempt: 1 }, new AbortController().signal);
    expect(await said()).toMatchObject([{ deed: 'end', before: changes.state, after }]);
  });
});

test.each(SHOWING)('%s leaves no entry when it is told, and one when it is refused', async (deed) => {
  const ask = (runs: UseCases): Promise<unknown> => {
    if (deed === 'runs') return runs.list(typed, 10);
    if (deed === 'home') return runs.visitHome(bob);
    if (deed === 'pending') return runs.pending(typed);
    if (deed === 'history') return runs.history(typed, 10);
    if (deed === 'explain') return runs.explain({ ...typed, runId: 'r1' });
    return deed === 'audit' ? runs.audit({ ...typed, runId: 'r1' }, 10) : runs.admit('help', typed);
  };
  await ask((await openRuns('succeeded')).runs);
  expect(await entries()).toEqual([]);
  await expect(ask((await openRuns('succeeded', undefined, 'guest')).runs)).rejects.toThrow(UserError);
  expect(await said()).toMatchObject([{ deed, by: bob.userId, outcome: 'refused' }]);
});

test('no planted secret that somebody types gets into the audit', async () => {
  const planted = plantedSecrets(20_261_129);
  const { runs } = await openRuns('succeeded');
  for (const { line } of planted) {
    await runs.start({ ...typed, kind: 'verify', database: line }).catch(() => undefined);
    await runs.cancel({ ...typed, runId: line }).catch(() => undefined);
    await runs.explain({ ...typed, runId: line }).catch(() => undefined);
    await runs.cancel({ ...clickOf(bob), runId: line }).catch(() => undefined);
    await runs.approve({ ...clickOf(bob), seenDigest: line }).catch(() => undefined);
  }
  const all = JSON.stringify(await entries());
  expect((await entries()).length).toBe(5 * planted.length);
  expect(planted.filter(({ secret }) => all.includes(JSON.stringify(secret).slice(1, -1))).map(({ what }) => what)).toEqual([]);
});

describe('the chain', () => {
  test('is one, without a gap or a fork, when two processes append 100 entries each at once', async () => {
    const connections = [redis, commandConnection({ url: server.url, log: quietLog, name: 'other' })];
    const stores = connections.map((connection) => storeOver(connection));
    const heads = await Promise.all(
      Array.from({ length: 200 }, (_, at) => stores[at % 2]!.audit({ deed: 'test', run: `r${at % 7}`, number: String(at) })),
    );
    connections[1]?.disconnect();
    const all = await entries();
    const check = createChainCheck();
    expect(all.map((entry) => check.next(entry)).filter((fault) => fault !== undefined)).toEqual([]);
    expect(all.map(({ number }) => Number(number)).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect(check.head()).toEqual({ seq: 200, hash: all.at(-1)?.['hash'] });
    expect(Math.max(...heads.map(({ seq }) => seq))).toBe(200);
    const { entries: about, earlier, fault } = await stores[0]!.auditOf('r3', 20);
    expect({ fault, all: about.length + earlier, runs: [...new Set(about.map(({ run }) => run))] }).toEqual({
      fault: undefined,
      all: 29,
      runs: ['r3'],
    });
  });

  test('goes on over a restart of the writer, and after the runs are gone', async () => {
    await storeOver().audit({ deed: 'test', run: 'r1' });
    await storeOver().audit({ deed: 'test', run: 'r1' });
    await redis.del(keys.run('r1'), keys.runs);
    expect(await storeOver().auditHead()).toEqual({ seq: 2, hash: (await entries())[1]?.['hash'], kept: 2 });
    expect((await storeOver().auditOf('r1', 5)).entries).toHaveLength(2);
    expect(await redis.ttl(keys.audit)).toBe(-1);
    expect(await redis.ttl(keys.auditOf('r1'))).toBe(-1);
  });

  test('nothing is appended after a head that cannot be read', async () => {
    await storeOver().audit({ deed: 'test' });
    await redis.set(keys.auditHead, 'nobody knows');
    await expect(storeOver().audit({ deed: 'test' })).rejects.toThrow('the head of the audit chain cannot be read');
    expect(await entries()).toHaveLength(1);
  });
});

/** Puts the stream together anew, as somebody with redis-cli would. */
const rewrite = async (change: (all: ChainedEntry[]) => readonly AuditFields[]): Promise<void> => {
  const all = (await entries()) as ChainedEntry[];
  const changed = change(all);
  await redis.del(keys.audit);
  for (const entry of changed) await redis.xadd(keys.audit, '*', ...Object.entries(entry).flat());
};

const LENGTH = 9;
const POSITIONS = [0, 4, LENGTH - 1] as const;

/** By what was done to the entry at that place (numbers are one more): the change, and the first entry that the check must name. */
const TAMPERINGS: Readonly<Record<string, { do: (all: ChainedEntry[], at: number) => readonly AuditFields[]; names: (seq: number) => RegExp }>> = {
  'a word changed': {
    do: (all, at) => all.with(at, { ...all[at]!, by: 'U0MALLORY' }),
    names: (seq) => new RegExp(`entry ${seq} was changed`),
  },
  'a word added': {
    do: (all, at) => all.with(at, { ...all[at]!, note: 'agreed' }),
    names: (seq) => new RegExp(`entry ${seq} was changed`),
  },
  'made anew with a hash that fits its words': {
    do: (all, at) => all.with(at, chained(at === 0 ? GENESIS : headOf(all[at - 1]!), { ...wordsIn(all[at]!), by: 'U0MALLORY' })),
    names: (seq) => (seq === LENGTH ? new RegExp(`entry ${seq}, the newest`) : new RegExp(`entry ${seq + 1} does not follow entry ${seq}`)),
  },
  removed: {
    do: (all, at) => all.toSpliced(at, 1),
    names: (seq) => (seq === LENGTH ? new RegExp(`entry ${seq}, the newest`) : new RegExp(`entry ${seq} is missing`)),
  },
  'moved to the other end': {
    do: (all, at) => (at === 0 ? [...all.slice(1), all[0]!] : [all[at]!, ...all.toSpliced(at, 1)]),
    names: () => /entry 1 is missing or out of place/,
  },
  'put in twice': {
    do: (all, at) => all.toSpliced(at, 0, all[at]!),
    names: (seq) => new RegExp(`entry ${seq + 1} is missing or out of place: after entry ${seq} stands entry ${seq}`),
  },
  'followed by one that nobody wrote': {
    do: (all, at) => [...all.slice(0, at + 1), { deed: 'approve', by: bob.userId }, ...all.slice(at + 1)],
    names: (seq) => new RegExp(`after entry ${seq} stands an entry that is none of the chain`),
  },
};

const wordsIn = ({ seq: _seq, previous: _previous, hash: _hash, ...words }: ChainedEntry): AuditFields => words;

const exported = (...args: string[]): Promise<{ readonly code: number; readonly lines: string; readonly told: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--no-warnings', 'scripts/export-audit.ts', ...args],
      { env: { ...process.env, REDIS_URL: server.url, PGDIST_PREFIX: prefix }, timeout: patienceMs() },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), lines: stdout, told: stderr }),
    );
  });

describe.each(Object.keys(TAMPERINGS))('an entry %s in Redis', (what) => {
  test.each(POSITIONS)('is named by the check (place %i)', async (at) => {
    const store = storeOver();
    for (let number = 1; number <= LENGTH; number += 1) await store.audit({ deed: 'test', by: bob.userId, run: 'r1', number: String(number) });
    expect((await exported()).code).toBe(0);
    await rewrite((all) => TAMPERINGS[what]!.do(all, at));
    const { code, told } = await exported();
    expect(told).toMatch(TAMPERINGS[what]!.names(at + 1));
    expect(code).toBe(1);
  });
});

/** What /pgdist audit r1 tells. */
const toldAbout = async (store: Pick<RunStore, 'auditOf'>): Promise<ReturnType<typeof toldMessage>> => {
  const invocation = { ...typed, values: { run: 'r1' }, flags: new Set<string>() };
  const context = { runs: { audit: () => store.auditOf('r1', 20) }, fleets: [{ fleet: testFleet, databases: [] }], databases: [], commands: [] };
  return toldMessage((await auditCommand.run(invocation, context)).text);
};

describe('/pgdist audit', () => {
  test.each([
    ['changed', (all: ChainedEntry[]) => all.with(1, { ...all[1]!, by: 'U0MALLORY' }), /chain is broken.*entry 2 was changed/],
    ['taken out before', (all: ChainedEntry[]) => all.toSpliced(1, 1), /chain is broken.*(entry 2 is missing|taken out)/],
  ] as const)('says that the chain is broken where an entry was %s', async (_, change, sentence) => {
    const store = storeOver();
    for (let number = 1; number <= 3; number += 1)
      await store.audit({ deed: 'approve', way: 'button', at: NOW, by: bob.userId, run: 'r1', outcome: 'done' });
    expect((await toldAbout(store)).text).toContain('The chain holds');
    const ids = (await redis.xrange(keys.audit, '-', '+')).map(([id]) => id);
    const changed = change((await entries()) as ChainedEntry[]);
    await redis.del(keys.audit);
    for (const entry of changed) await redis.xadd(keys.audit, ids[Number(entry.seq) - 1] ?? '*', ...Object.entries(entry).flat());
    expect((await toldAbout(store)).text).toMatch(sentence);
  });

  test('tells entries that were trimmed as such, and the chain from the oldest that is kept', async () => {
    const store = storeOver();
    for (let number = 1; number <= 5; number += 1)
      await store.audit({ deed: 'approve', way: 'button', at: NOW, by: bob.userId, run: 'r1', outcome: 'done' });
    await redis.xtrim(keys.audit, 'MAXLEN', 2);
    const { text } = await toldAbout(store);
    expect(text).toContain('2 entries · 3 not in Redis any more');
    expect(text).toContain('The chain holds');
    await redis.del(keys.audit);
    expect((await toldAbout(store)).text).toContain('0 entries · 5 not in Redis any more');
  });

  test('of a run that nobody knows says so', async () => {
    await expect(toldAbout(storeOver())).rejects.toThrow('The audit has no entry about a run `r1`');
  });

  test('shows hostile words in any field as words, and nothing unseen', async () => {
    const random = seeded(20_261_130);
    const hostile = [...CODES, ...UNSEEN, ...SCRIPTS, ...Array.from({ length: 60 }, () => hostileString(random, 6))];
    for (const field of ['at', 'by', 'way', 'deed', 'digestSeen', 'before', 'outcome', 'told', 'started'] as const) {
      for (const { raw: text } of hostile) {
        const fields = { at: NOW, by: alice.userId, way: 'button', deed: 'approve', run: 'r1', outcome: 'refused', [field]: text };
        const store = { auditOf: async () => ({ entries: [chained(GENESIS, fields)], earlier: 0, gone: 0 }) };
        const message = await toldAbout(store);
        const where = `${field}: ${JSON.stringify(text)}`;
        expect(
          liveIn(message).filter((live) => live !== `@${alice.userId}`),
          where,
        ).toEqual([]);
        expect(unseenIn(JSON.stringify(message)), where).toBeUndefined();
      }
    }
  });
});
