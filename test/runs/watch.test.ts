import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { healthy, inPlace, change, type Verdict } from '../../src/domain/finding.ts';
import type { Run } from '../../src/domain/run.ts';
import { sequence } from '../../src/domain/procedure.ts';
import { told } from '../../src/domain/text.ts';
import { lookAhead } from '../../src/execution/look-ahead.ts';
import { lookAt } from '../../src/execution/look-at.ts';
import { queueLooks } from '../../src/execution/watch-databases.ts';
import type { WorkerDeps } from '../../src/execution/worker-deps.ts';
import type { WatchedDatabase, WatchStore } from '../../src/ports/watch-store.ts';
import type { Step } from '../../src/steps/context.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { openInstallation, type Installation } from '../support/installation.ts';
import { manualClock, steadyRandom } from '../support/manual-clock.ts';
import { memoryStore } from '../support/memory-store.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { quietLog } from '../support/quiet-log.ts';
import { queuedRun } from '../support/stored-run.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const OF: WatchedDatabase = { fleet: testFleet.name, database: testDatabase.name };
const RULES = { everyMs: 300_000, fallback: 'C0DB' };
const MISSING: Verdict = {
  healthy: false,
  waitingFor: 'pods',
  problem: { code: 'PGD-060', what: told`postgres-1 does not run`, evidence: [], remedy: told`Read its log.` },
};
const WELL = healthy('it streams');

/** A step that sees what the test says. */
const stepSeeing = (verdict: () => Verdict, seen: () => void = () => undefined): Step => ({
  id: 'test/database',
  title: 'the database is well',
  stage: 'Test',
  cluster: 'tokyo',
  verifyTimeoutMs: 60_000,
  rights: [],
  check: async () => inPlace('it is there'),
  apply: async () => undefined,
  async verify() {
    seen();
    return verdict();
  },
});

describe('one worker', () => {
  const clock = manualClock();
  let watches: WatchStore;
  let store: ReturnType<typeof memoryStore>;
  let verdict: Verdict;
  let field: unknown;
  let looks: number;
  let queued: WatchedDatabase[];
  let deps: WorkerDeps;

  beforeEach(() => {
    watches = memoryWatches();
    store = memoryStore();
    [verdict, looks, queued, field] = [WELL, 0, [], 3];
    const noTool = (): never => {
      throw new Error('not part of this test');
    };
    const step: Step = {
      ...stepSeeing(
        () => verdict,
        () => (looks += 1),
      ),
      check: async () =>
        field === 3
          ? inPlace('it is there')
          : change([
              { cluster: 'tokyo', action: 'change', object: 'Postgres demo/postgres', fields: [{ path: 'spec.replicas', from: field, to: 3 }] },
            ]),
    };
    const procedure = () => sequence(step);
    deps = {
      store,
      watches,
      looks: { look: async (of: WatchedDatabase) => void queued.push(of) },
      watching: { fleet: testFleet, rules: RULES, databases: new Map([[testDatabase.name, { database: testDatabase, rules: RULES }]]) },
      leases: {
        take: async () => ({
          epoch: 1,
          signal: new AbortController().signal,
          leftMs: () => 1,
          assertHeld: () => undefined,
          release: async () => undefined,
        }),
      },
      clock,
      random: steadyRandom(),
      log: quietLog,
      procedures: { deploy: procedure, status: procedure, version: '1', worthKnowing: () => [] },
      installation: 'pgdist-test',
      redact: (value: unknown) => value,
      cluster: noTool,
      clientCertificate: async () => undefined,
      licence: async () => '',
      helm: { version: noTool },
      clusteradm: { version: noTool },
    } as unknown as WorkerDeps;
  });

  const look = async (): Promise<void> => {
    await watches.dueAt(OF, clock.now());
    await lookAt(deps, OF, new AbortController().signal);
  };
  const episode = async (): Promise<Alert | undefined> => (await watches.recall(OF)).watched.episode?.alert;

  test('is woken for each database when its look is due, first after an interval, and to look ahead at once', async () => {
    await queueLooks(deps);
    expect(queued).toEqual([{ fleet: testFleet.name, database: '' }]);
    await clock.advance(RULES.everyMs);
    await queueLooks(deps);
    expect(queued).toContainEqual(OF);
  });

  test('does not look where that is not due: another worker did', async () => {
    await watches.plan([OF], new Date(clock.now().getTime() + 1));
    await lookAt(deps, OF, new AbortController().signal);
    expect(looks).toBe(0);
  });

  test('keeps with each look that nobody said how far a standby is behind, and goes on where that cannot be kept', async () => {
    await look();
    expect(await watches.lag(OF)).toEqual([{ at: clock.now().toISOString(), nextMs: RULES.everyMs, behind: {} }]);
    watches.rememberLag = () => Promise.reject(new Error('the store lost its head'));
    await look();
    expect(looks).toBe(2);
    expect(await watches.due(clock.now())).toEqual([]);
  });

  test('is due as long as nobody has made the look: a worker that dies or stops in its middle leaves it to another one', async () => {
    const stop = new AbortController();
    await watches.dueAt(OF, clock.now());
    let dueMeanwhile: readonly WatchedDatabase[] = [];
    watches.deploying = async () => {
      dueMeanwhile = await watches.due(clock.now());
      stop.abort(new Error('the worker stops'));
      throw stop.signal.reason;
    };
    await lookAt(deps, OF, stop.signal);
    expect([dueMeanwhile, await watches.due(clock.now())]).toEqual([[OF], [OF]]);
  });

  test('waits a minute after a look that a fault ended, instead of failing each second', async () => {
    await watches.dueAt(OF, clock.now());
    watches.deploying = () => Promise.reject(new Error('the store lost its head'));
    await lookAt(deps, OF, new AbortController().signal);
    await clock.advance(59_000);
    expect(await watches.due(clock.now())).toEqual([]);
    await clock.advance(1_000);
    expect(await watches.due(clock.now())).toEqual([OF]);
  });

  test('stores an alert for what two looks saw, in the thread of the last deploy, and one channel should that be gone', async () => {
    await watches.rememberDeploy(OF, 'r1');
    await store.setShown('r1', { channel: 'C0OTHER', ts: '100.1', replies: {} });
    await look();
    verdict = MISSING;
    await look();
    expect(await episode()).toBeUndefined();
    await look();
    const alert = await episode();
    expect(alert).toMatchObject({
      severity: 'ill',
      lead: { problem: { code: 'PGD-060' } },
      places: [{ channel: 'C0OTHER', threadTs: '100.1' }, { channel: 'C0DB' }],
    });
    expect(await watches.alert(alert?.id ?? '')).toEqual(alert);
  });

  test.each<[string, Partial<Run>, number]>([
    ['applying', { state: 'applying', phase: 'apply' }, 0],
    ['waiting for approval', { state: 'awaiting-approval' }, 1],
  ])('looks at a database whose deploy is %s as often as that changes nothing', async (_, changes, times) => {
    store.put(queuedRun('r9', changes));
    watches.deploying = async () => 'r9';
    await look();
    expect(looks).toBe(times);
  });

  test('ends what was told of a database that the configuration has no longer', async () => {
    for (const seen of [WELL, MISSING, MISSING]) {
      verdict = seen;
      await look();
    }
    const told = await episode();
    deps = { ...deps, watching: { ...deps.watching, databases: new Map() } };
    await look();
    expect(await watches.alert(told?.id ?? '')).toMatchObject({ ended: { how: 'unwatched' } });
    expect(await watches.due(new Date(8e15))).toEqual([]);
  });

  test('tells what somebody changed since the deploy once, when a second look saw the same, and when it is over', async () => {
    const plan = { steps: [], digest: 'd', procedureVersion: '1', estimateMs: 0, worthKnowing: [], plannedAt: clock.now().toISOString() };
    store.put(queuedRun('r1', { state: 'succeeded', plan }));
    await watches.rememberDeploy(OF, 'r1');
    const told: Alert[] = [];
    const { tellOnce } = watches;
    watches.tellOnce = async (alert) => {
      const isNew = await tellOnce(alert);
      if (isNew) told.push(alert);
      return isNew;
    };
    const ahead = () => lookAhead(deps, new AbortController().signal);
    await ahead();
    field = 5;
    await ahead();
    expect(told).toEqual([]);
    for (let times = 0; times < 3; times += 1) await ahead();
    expect(told.map(({ lead }) => lead.problem.evidence)).toEqual([['Postgres demo/postgres on tokyo: spec.replicas is 5, approved was 3']]);
    field = 3;
    await ahead();
    expect(await watches.alert(told[0]?.id ?? '')).toMatchObject({ ended: { how: 'well' } });
  });
});

describe('several workers on one Redis', () => {
  let server: TestRedis;
  let installation: Installation;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());
  afterEach(() => installation.close());

  test('exactly one looks each time, another goes on when that one dies, and one alert is told', async () => {
    let looks = 0;
    let verdict: Verdict = WELL;
    const told = new Map<string, Alert[]>();
    const rules = { everyMs: 500, fallback: 'C0DB' };
    installation = openInstallation({
      url: server.url,
      steps: [
        stepSeeing(
          () => verdict,
          () => (looks += 1),
        ),
      ],
      watching: { fleet: testFleet, rules, databases: new Map([[testDatabase.name, { database: testDatabase, rules }]]) },
      alerts: {
        async show(alert, shown) {
          told.set(alert.id, [...(told.get(alert.id) ?? []), alert]);
          return { shown };
        },
      },
    });
    const [first] = await Promise.all([installation.worker(), installation.worker(), installation.worker()]);
    const { watches } = installation.redis;
    await eventually(() => expect(looks).toBeGreaterThan(1));
    verdict = MISSING;
    await eventually(() => expect(told.size).toBe(1));
    await first?.kill();
    verdict = WELL;
    await eventually(async () => expect((await watches.recall(OF)).watched.episode).toBeUndefined());
    await eventually(() => expect([...told.values()].flat().some(({ ended }) => ended?.how === 'well')).toBe(true));
    expect(told.size).toBe(1);
    const { revision } = await watches.recall(OF);
    // The look of the worker that died may have been lost, and one may be under way.
    expect(looks - revision).toBeLessThanOrEqual(2);
  });
});
