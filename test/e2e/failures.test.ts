import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { makeLicence } from '../../playground/operators/kubedb/licence.ts';
import { operatorClient, type OperatorClient } from '../../playground/control/kit.ts';
import { CONTROLLERS, isHeld, seen } from '../support/seen.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';
import { eventually } from '../support/eventually.ts';

let playground: TestPlayground;
let record: OpenRedis;
const clients = new Map<string, OperatorClient>();
beforeAll(async () => {
  playground = await playgroundFor({ ...TWO_CLUSTERS, also: ['orders'] }, { speed: 60 });
  record = recordOf(playground);
  for (const connection of playground.fleet.connections) clients.set(connection.name, operatorClient(connection, 'test'));
});
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.close()));
  await record?.close();
  await playground?.close();
});

const HUB_ADDRESS = 'https://10.250.0.10:6443';
const hub = () => clients.get('demo-controller')!;
const uidOf = async (cluster: string): Promise<string> =>
  (await clients.get(cluster)!.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid ?? '';
const licensed = async (licence: Parameters<typeof makeLicence>[0]): Promise<void> =>
  writeFile(join(playground.folder, 'kubedb-licence.pem'), await makeLicence(licence), { mode: 0o600 });
const PROJECT = {
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind: 'Project',
  namespace: 'kubeslice-controller',
  name: 'demo-distributed-postgres',
};
const controller = () =>
  hub().get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kubeslice-controller', name: 'kubeslice-controller-manager' });

test('a licence that has expired blocks the plan, and nothing is changed', async () => {
  const day = 86_400_000;
  await licensed({ clusterUid: await uidOf('demo-controller'), notBefore: new Date(Date.now() - 90 * day), notAfter: new Date(Date.now() - day) });
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked
    expect 1 problem blocks this plan. Nothing was changed.
    expect PGD-042
    expect The KubeDB licence has expired
  `);
  expect(writesOf(playground)).toEqual([]);
});

test('a licence of a spoke blocks the plan and says whose UID it names', async () => {
  await licensed({ clusterUid: await uidOf('demo-worker') });
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked
    expect PGD-041
    expect ${await uidOf('demo-worker')}\` (that is demo-worker)
    expect checks it against the hub demo-controller, \`${await uidOf('demo-controller')}
  `);
  expect(writesOf(playground)).toEqual([]);
});

test('a licence that is not there blocks the plan with one problem, although two steps need it', async () => {
  await rm(join(playground.folder, 'kubedb-licence.pem'));
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked
    expect 1 problem blocks this plan
    expect PGD-040
    expect there is no such file
  `);
  await licensed({ clusterUid: await uidOf('demo-controller') });
});

test('a cluster that does not answer blocks the plan once, and planning again finds it back', async () => {
  await playground.play(`
    fleet: stop demo-worker
    alice: /pgdist deploy orders
    wait blocked
    expect 1 problem blocks this plan
    expect PGD-001
    expect demo-worker does not answer
    expect Make sure that the worker reaches the API server of demo-worker
    fleet: start demo-worker
    alice: Plan again
    wait waiting for approval
  `);
  expect(writesOf(playground)).toEqual([]);
});

test('while a run holds the fleet another is queued behind it, and a spoke that cannot reach the hub ends the run with what was seen and what to do', async () => {
  playground.fleet.network.cut('demo-worker', HUB_ADDRESS);
  await playground.play(`
      alice: /pgdist deploy postgres
      wait waiting for approval
      expect approvers: @bob
      bob: approve
      wait applying
      expect *Approved* by @bob
      bob: approve
      expect-private bob is queued behind run
      expect-private bob one run at a time may change a fleet
  `);
  const orders = (await record.store.list(5)).find(({ database }) => database.name === 'orders');
  expect(orders).toMatchObject({ state: 'queued', behind: { what: 'fleet' } });
  await playground.play(`
      alice: /pgdist cancel ${orders?.id}
      expect-private alice is cancelled
      expect demo-worker is joined to the hub
      wait failed
      expect pods of demo-worker cannot reach the hub at ${HUB_ADDRESS}
      expect PGD-017
      expect Make hub.apiServer reachable from pods of the spoke
      expect Follows from it
    `);
});

test('a retry goes on under the same approval, and a cancel in the middle leaves nothing half done and ends the approval', async () => {
  playground.fleet.network.heal('demo-worker', HUB_ADDRESS);
  await playground.play(`
    alice: Retry
    wait applying
  `);
  // The render guard holds KubeSlice's controller at 0 for a moment: the cancel comes then.
  await seen(hub(), CONTROLLERS, isHeld);
  await playground.play(`
    alice: Cancel
    wait cancelled
    expect *Cancelled.*
    expect its approval ended with the cancel by @alice
    expect Next: Retry plans again and waits for a new approval
  `);
  const deployment = await controller();
  expect(deployment?.spec.replicas).toBe(1);
  expect(deployment?.metadata.annotations ?? {}).not.toHaveProperty('pgdist/replicas-before-render');
});

test('a hub that goes away in the middle of an apply is waited for, and the run succeeds', async () => {
  await eventually(async () => {
    expect((await controller())?.status?.readyReplicas).toBe(1);
    await hub().merge(PROJECT, { metadata: { annotations: {} } });
  });
  // KubeSlice may still finish what the cancelled apply began: a plan made meanwhile is refused before its first write, and a person plans again.
  let isApplied = false;
  for (let button = 'Retry'; !isApplied; button = 'Plan again') {
    await playground.play(`
      alice: ${button}
      wait waiting for approval
      expect approvers: @bob
    `);
    const { id } = (await liveRun('postgres'))!;
    await playground.play('bob: approve');
    isApplied = await eventually(async () => {
      const { state, comparedAt } = (await record.store.get(id))!;
      expect(comparedAt !== undefined || state === 'superseded').toBe(true);
      return comparedAt !== undefined;
    });
  }
  await playground.play('fleet: stop demo-controller');
  await eventually(async () => expect(await waitsFor('postgres')).toContain('connection refused'));
  await playground.play(`
    fleet: start demo-controller
    wait succeeded
    expect 2 of 2 standbys streaming
  `);
});

/** What the live run of a database waits for now; the card tells it at its own pace. */
const waitsFor = async (database: string): Promise<string> => {
  const run = await liveRun(database);
  return run === undefined ? '' : Object.values(await record.store.waiting(run.id)).join('\n');
};

const liveRun = async (database: string) => (await record.store.live()).find((live) => live.database.name === database);
