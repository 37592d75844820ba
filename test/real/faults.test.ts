import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { operatorClient } from '../../playground/control/kit.ts';
import { fault, noFaults } from './fault.ts';
import { bringsOwn, DEPLOY_MS, missing, realPlayground, type RealPlayground } from './fleet.ts';
import { eventually } from '../support/eventually.ts';

const POSTGRES = { apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace: 'demo', name: 'postgres' };
const reason = missing() ?? noFaults;
describe.for(reason === undefined ? ['faults of real clusters'] : [])('%s', () => {
  let playground: RealPlayground;
  let hub = '';
  let spoke = '';
  const mends: (() => Promise<void>)[] = [];
  const during = async (cluster: string, made: Parameters<typeof fault>[1], mend: Parameters<typeof fault>[1]): Promise<void> => {
    const context = playground.contextOf(cluster);
    mends.push(() => fault(context, mend));
    await fault(context, made);
  };
  const mended = async (): Promise<void> => {
    for (const mend of mends.splice(0)) await mend();
  };
  beforeAll(async () => {
    playground = await realPlayground();
    ({ hub } = playground);
    spoke = playground.fleet.connections.find(({ name }) => name !== hub)!.name;
    await playground.deploy();
  }, DEPLOY_MS);
  afterEach(mended);
  afterAll(() => playground?.close());

  test('status answers while a spoke hangs, and says who did not answer when', async () => {
    await during(spoke, 'api-hang', 'api-resume');
    // The spoke goes on only after this test: whatever is told now was told without it.
    await playground.insist(`
        alice: /pgdist status postgres
        expect ${spoke} cannot be asked
        expect ${spoke}: no answer
      `);
  });

  test('status tells a spoke whose API server is gone from a database that is', async () => {
    await during(spoke, 'api-down', 'api-up');
    await playground.insist(`
        alice: /pgdist status postgres
        expect postgres runs, but ${spoke} cannot be asked
      `);
    await mended();
    await healthyAgain(playground);
  });

  test('a tunnel that carries no packets any more is named by verify, and healthy when they pass again', async () => {
    await during(spoke, 'udp-block', 'udp-unblock');
    await playground.insist(`
      alice: /pgdist verify postgres
      wait needs a look
      expect no packets cross between
    `);
    await mended();
    await playground.insist(`
      alice: /pgdist verify postgres
      wait is healthy
    `);
  });

  test(`a standby that is cut off is not called streaming for long`, async () => {
    // Databases behind the stand-in's tunnel talk over the pod network.
    if (bringsOwn('kubeslice')) await during(spoke, 'udp-block', 'udp-unblock');
    else await during(spoke, 'cut', 'heal');
    await playground.insist(`
      alice: /pgdist status postgres
      expect 1 of 2 standbys
    `);
    await mended();
    await healthyAgain(playground);
  });

  test('a deploy goes on where it was when the API server of the hub comes back', async () => {
    const client = operatorClient(
      playground.fleet.connections.find(({ name }) => name === hub)!,
      'pgdist-tests',
    );
    await client.delete(POSTGRES);
    await eventually(async () => expect(await client.get(POSTGRES)).toBeUndefined(), { everyMs: 200 });
    await playground.plan();
    await playground.play(`
        bob: approve
        wait applying
      `);
    // Before it changes anything it plans once more, and would tell then that the plan no longer fits.
    await eventually(async () => expect(await client.get(POSTGRES)).toBeDefined());
    await client.close();
    await during(hub, 'api-down', 'api-up');
    await playground.play(`expect ${hub}`);
    await mended();
    await playground.play(`
        wait succeeded
        expect 2 of 2 standbys streaming
      `);
  });
});

test.for(reason === undefined ? [] : [reason])('nothing runs: %s', (why) => {
  console.log(`skipped: ${why}`);
  expect(why).not.toBe('');
});

const healthyAgain = (playground: RealPlayground): Promise<void> =>
  playground.insist(`
    alice: /pgdist status postgres
    expect postgres is healthy
  `);
