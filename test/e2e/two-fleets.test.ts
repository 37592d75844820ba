import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import { turn } from '../../playground/switches.ts';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import type { CheckupRow } from '../../src/domain/checkup.ts';
import type { Run } from '../../src/domain/run.ts';
import { alertsTold } from '../support/alerts-told.ts';
import { pgdist } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { recordOf } from '../support/playground.ts';
import { terminalOf, userOf } from '../support/terminals.ts';
import { twoFleets, type TwoFleets } from '../support/two-fleets.ts';

let playground: TwoFleets;
let record: OpenRedis;
beforeAll(async () => {
  playground = await twoFleets({ watch: { everyMinutes: 0.1 }, terminal: { people: [{ user: userOf('alice'), slack: 'U0ALICE' }] } });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
});

/** The newest run of the kind on a fleet, once it has ended. */
const ended = (kind: Run['kind'], fleet: string): Promise<Run> =>
  eventually(async () => {
    const found = (await record.store.list(50)).find((run) => run.kind === kind && run.fleet.name === fleet);
    expect(found?.endedAt, `${kind} on ${fleet}: ${found?.state}`).toBeDefined();
    return found!;
  });

/** The newest run of the kind on a fleet, once it is in this state. */
const reaches = (kind: Run['kind'], fleet: string, state: Run['state']): Promise<Run> =>
  eventually(async () => {
    const found = (await record.store.list(20)).find((run) => run.kind === kind && run.fleet.name === fleet);
    expect(found, `${kind} on ${fleet}: ${JSON.stringify(found?.failure?.problems ?? '')}`).toMatchObject({ state });
    return found!;
  });

test('the same name in two fleets is deployed in both at the same time, through one bot and one worker', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    expect-private alice /pgdist deploy postgres --fleet us
    alice: /pgdist deploy postgres --fleet eu
    wait waiting for approval
    bob: approve
    wait applying
    alice: /pgdist deploy postgres --fleet us
    wait waiting for approval
    bob: approve
    wait succeeded
  `);
  const [eu, us] = [await reaches('deploy', 'eu', 'succeeded'), await reaches('deploy', 'us', 'succeeded')];
  expect(us.approval!.at < eu.endedAt!, `us was approved at ${us.approval!.at}, eu ended at ${eu.endedAt!}`).toBe(true);
  for (const { replication } of [eu, us])
    expect(replication?.rows.map(({ state }) => state).toSorted()).toEqual(['running', 'streaming', 'streaming']);
});

const alerts = (): string[] => alertsTold(playground.slack, CHANNEL);

const lastLooks = async (): Promise<Record<string, string | undefined>> =>
  Object.fromEntries(
    await Promise.all(
      ['eu', 'us'].map(async (fleet) => {
        const { watched } = await record.watches.recall({ fleet, database: 'postgres' });
        return [fleet, watched.last?.at] as const;
      }),
    ),
  );

test('what is wrong in one fleet is told of that fleet by name, and nothing of the other, which is looked at all the while', async () => {
  const before = await lastLooks();
  await turn(playground, 'postgres-1', false);
  await eventually(() => expect(alerts()).toHaveLength(1));
  expect(alerts()[0]).toContain('postgres on eu needs a look since');
  await eventually(async () => {
    const now = await lastLooks();
    for (const fleet of ['eu', 'us']) expect((now[fleet] ?? '') > (before[fleet] ?? ''), `${fleet} was looked at`).toBe(true);
  });
  expect(alerts().join('\n')).not.toContain('postgres on us needs a look');
  await turn(playground, 'postgres-1', true);
  await eventually(() => expect(alerts().join('\n')).toContain('postgres on eu is well again since'));
  expect(alerts()).toHaveLength(1);
});

test('doctor names the fleet in every row about clusters, and looks at one fleet where one is asked for', async () => {
  const doctor = async (...args: string[]): Promise<CheckupRow[]> => {
    const { out, err } = await pgdist(['doctor', '-o', 'json', ...args], { ...playground.ofWorker, SLACK_APP_TOKEN: playground.slack.appToken });
    expect(err).toBe('');
    return (JSON.parse(out) as { rows: CheckupRow[] }).rows;
  };
  const rows = await doctor();
  const ofFleets = rows.filter(({ area }) => ['configuration', 'clusters', 'tools'].includes(area));
  expect(ofFleets.filter(({ fleet }) => fleet !== 'eu' && fleet !== 'us')).toEqual([]);
  for (const fleet of ['eu', 'us'])
    expect(ofFleets).toContainEqual(expect.objectContaining({ fleet, says: expect.stringMatching(/^demo-worker answers .*all rights granted/) }));
  expect(rows.filter(({ standing }) => standing === 'fault')).toEqual([]);
  expect([...new Set((await doctor('--fleet', 'us')).flatMap(({ fleet }) => fleet ?? []))]).toEqual(['us']);
  expect(await pgdist(['doctor', '--fleet', 'asia'], playground.ofWorker)).toMatchObject({ code: 2, err: expect.stringContaining('has eu, us') });
  expect((await pgdist(['doctor'], playground.ofWorker)).out).toMatch(/^AREA +FLEET +WHAT WAS SEEN/m);
});

test('a hub that is down leaves what the other fleet answers as it was: status, verify, the Home tab', async () => {
  playground.hubOfUs.freeze('all');
  for (const kind of ['status', 'verify'] as const) {
    await playground.play(`alice: /pgdist ${kind} postgres --fleet us`);
    // A busy machine may take longer than a look waits; whoever is told so asks again.
    await eventually(async () => {
      await playground.play(`alice: /pgdist ${kind} postgres --fleet eu`);
      const { answer } = await ended(kind, 'eu');
      expect(answer?.healthy, JSON.stringify(answer?.verdicts.filter(({ verdict }) => !verdict.healthy))).toBe(true);
    });
    expect((await ended(kind, 'us')).answer?.healthy).toBe(false);
  }
  await playground.slack.actor('U0ALICE').openApp();
  await eventually(() => {
    const home = playground.slack.homeText('U0ALICE').replaceAll('*', '');
    expect(home).toMatch(/postgres of fleet eu · (?!.*(?:not known|cannot be judged))/);
    expect(home).toContain('postgres of fleet us');
  });
  const alice = await terminalOf(playground, 'alice');
  await eventually(async () => {
    const { code, out } = await pgdist(['status', 'postgres', '--fleet', 'eu', '-o', 'json'], alice);
    expect(code, out).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ run: { fleet: { name: 'eu' }, answer: { healthy: true } } });
  });
  const { out } = await pgdist(['runs'], alice);
  expect(out).toMatch(/status +postgres +us/);
  expect(await pgdist(['status', 'postgres'], alice)).toMatchObject({ code: 2, err: expect.stringContaining('`pgdist status postgres --fleet us`') });
  expect((await pgdist(['status', '--fleet', 'eu'], alice)).out).toContain('Fleet eu has 2 databases');
  playground.hubOfUs.thaw();
});
