import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import type { Run } from '../../src/domain/run.ts';
import { pgdist } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { recordOf } from '../support/playground.ts';
import { terminalOf, userOf } from '../support/terminals.ts';
import { twoFleets, type TwoFleets } from '../support/two-fleets.ts';

let playground: TwoFleets;
let record: OpenRedis;
beforeAll(async () => {
  playground = await twoFleets({ terminal: { people: [{ user: userOf('alice'), slack: 'U0ALICE' }] } });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
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

test('while the hub of one fleet gives no answer, the other is asked as ever, in Slack and in a terminal', async () => {
  playground.hubOfUs.freeze('all');
  await playground.play('alice: /pgdist status postgres --fleet us');
  // A busy machine may take longer than a look waits; whoever is told so asks again.
  await eventually(async () => {
    await playground.play('alice: /pgdist status postgres --fleet eu');
    const { answer } = await reaches('status', 'eu', 'succeeded');
    expect(answer?.healthy, JSON.stringify(answer?.verdicts.filter(({ verdict }) => !verdict.healthy))).toBe(true);
  });
  expect((await reaches('status', 'us', 'succeeded')).answer?.healthy).toBe(false);
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
