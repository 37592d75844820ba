import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { auditEntries } from '../../src/adapters/redis/audit-log.ts';
import { lookForFormerFleets } from '../../src/adapters/redis/checkup.ts';
import { keysOf } from '../../src/adapters/redis/keys.ts';
import { openRedis, type OpenRedis } from '../../src/adapters/redis/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { createRunsOfFleets } from '../../src/runs/runs-of-fleets.ts';
import { databasesNow } from '../../src/runs/databases-now.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import { refusal } from '../support/refusal.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { alice, bob } from '../support/installation.ts';
import { everybody } from '../support/people.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { storedBy } from '../support/stored-by.ts';

/** An installation whose only fleet was demo: postgres was deployed, then muted and locked by Bob. Written soon before this instant. */
const COMMIT = 'a07d060';
const STORED_AT = '2026-11-28T18:40:10.000Z';

let server: TestRedis;
let redis: OpenRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => redis.close());

const policy = (name: string, approver: string): RunPolicy => ({
  fleet: { ...testFleet, name },
  databases: [testDatabase],
  slack: { channels: ['C0DB'], approvers: [approver], admins: [], requesterMayApprove: false },
  approvalTimeoutMs: 1_800_000,
});

/** The same Redis under a pgdist.yaml with these fleets; Bob approves on demo alone. */
const under = async (...names: readonly string[]) => {
  const { prefix, runId } = await storedBy(COMMIT, 'remembered', server.url);
  const behindMs = Date.now() - Date.parse(STORED_AT);
  const clock = { ...systemClock, now: () => new Date(Date.now() - behindMs) };
  redis = openRedis({ url: server.url, prefix, fleets: names, commandTimeoutMs: 2_000, clock, log: quietLog });
  const fleets = names.map((name) => policy(name, name === 'demo' ? bob.userId : 'U0OTHER')) as [RunPolicy, ...RunPolicy[]];
  const { store, queue, watches, preferences } = redis;
  const around = { store, queue, watches, preferences, people: everybody, clock, random: systemRandom, log: quietLog };
  const asker = (by = alice) => ({ way: 'command', by, channel: 'C0DB', idempotencyKey: crypto.randomUUID() }) as const;
  return { ...createRunsOfFleets(around, fleets), runId, asker, prefix, now: () => databasesNow({ ...redis, log: quietLog }, fleets) };
};

describe.each([[['demo', 'us']], [['us', 'demo']]])('what an installation with the one fleet demo stored, under fleets %j', (names) => {
  test('runs, their explanation and their audit are found, and belong to demo', async () => {
    const { all, of, runId, asker } = await under(...names);
    expect(await all.list(asker(), 10)).toMatchObject([{ id: runId, fleet: { name: 'demo' }, state: 'succeeded' }]);
    expect(await of('demo').history({ ...asker(), database: 'postgres' }, 10)).toMatchObject([{ id: runId }]);
    expect(await of('us').history({ ...asker(), database: 'postgres' }, 10)).toEqual([]);
    expect(JSON.stringify(await all.explain({ ...asker(), runId }))).toContain('succeeded');
    const { entries, fault } = await all.audit({ ...asker(), runId }, 20);
    expect(entries.map(({ deed, outcome }) => `${deed} ${outcome}`)).toEqual(expect.arrayContaining(['deploy done', 'approve done', 'end done']));
    expect(fault).toBeUndefined();
  });

  test('its lock still keeps deploys of demo away, and of the other fleet none; who may end it is who approves on demo', async () => {
    const { all, of, asker } = await under(...names);
    expect((await all.pending(asker())).locks).toMatchObject([
      { database: 'postgres --fleet demo', lock: { by: bob, reason: 'storage is being moved' } },
    ]);
    expect(await refusal(of('demo').start({ ...asker(), kind: 'deploy', database: 'postgres' }))).toContain(
      '`/pgdist unlock postgres --fleet demo <reason>`',
    );
    expect(await of('us').start({ ...asker(), kind: 'deploy', database: 'postgres' })).toMatchObject({ fleet: { name: 'us' } });
    expect(await refusal(of('us').unlock({ ...asker(bob), database: 'postgres', reason: 'done' }))).toContain('approvers and admins may unlock');
    expect(await of('demo').unlock({ ...asker(bob), database: 'postgres', reason: 'done' })).toMatchObject({ reason: 'storage is being moved' });
  });

  test('its mute, its last verdict and its last deploy are remembered of demo alone', async () => {
    const { runId, now } = await under(...names);
    const of = (fleet: string) => ({ fleet, database: 'postgres' });
    expect(await redis.watches.muted(of('demo'))).toMatchObject({ by: bob, reason: 'the network is renewed' });
    expect(await redis.watches.muted(of('us'))).toBeUndefined();
    expect(await redis.watches.lastDeploy(of('demo'))).toBe(runId);
    expect((await now()).map(({ fleet, last }) => [fleet, typeof last === 'string' ? last : last.standing])).toEqual(
      names.map((name) => [name, name === 'demo' ? 'well' : 'not-looked']),
    );
  });

  test('nothing is said of fleets that are not there any more', async () => {
    await under(...names);
    expect(await lookForFormerFleets(redis, names)).toEqual([]);
  });
});

test('under other names its run is listed, its lock counts for nobody, and doctor says so with what to do', async () => {
  const { all, of, runId, asker } = await under('eu', 'us');
  expect(await all.list(asker(), 10)).toMatchObject([{ id: runId }]);
  expect((await all.pending(asker())).locks).toEqual([]);
  expect(await of('eu').start({ ...asker(), kind: 'deploy', database: 'postgres' })).toMatchObject({ state: 'queued' });
  const [row] = await lookForFormerFleets(redis, ['eu', 'us']);
  expect(row).toMatchObject({
    area: 'redis',
    standing: 'warning',
    says: expect.stringMatching(/runs of fleet demo, .*locks, mutes/),
    remedy: expect.stringContaining('name demo'),
  });
});

test('what several fleets decide names its fleet in the audit', async () => {
  const { of, asker, prefix } = await under('demo', 'us');
  await of('demo').unlock({ ...asker(bob), database: 'postgres', reason: 'done' });
  const client = new Redis(server.url);
  const written = await Array.fromAsync(auditEntries(client, keysOf(prefix)));
  client.disconnect();
  expect(written.filter(({ deed }) => deed === 'unlock').map(({ fleet }) => fleet)).toEqual(['demo', 'demo']);
});
