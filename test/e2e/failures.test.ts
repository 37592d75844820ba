import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLicence } from '../../src/playground/licence.ts';
import { operatorClient, type OperatorClient } from '../../src/playground/operators/kit.ts';
import { CHANNEL } from '../../src/playground/people.ts';
import { playgroundFor, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
const clients = new Map<string, OperatorClient>();
beforeAll(async () => {
  playground = await playgroundFor({ ...TWO_CLUSTERS, also: ['orders'] }, { speed: 60 });
  for (const connection of playground.fleet.connections) clients.set(connection.name, operatorClient(connection, 'test'));
}, 60_000);
afterAll(async () => {
  await writeFile('/tmp/failures-transcript.txt', playground.slack.transcript(CHANNEL));
  await Promise.all([...clients.values()].map((client) => client.close()));
  await playground?.close();
});

const HUB_ADDRESS = 'https://10.250.0.10:6443';
const uidOf = async (cluster: string): Promise<string> =>
  (await clients.get(cluster)!.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))!.metadata.uid!;
const licensed = async (licence: Parameters<typeof makeLicence>[0]): Promise<void> =>
  writeFile(join(playground.folder, 'kubedb-licence.pem'), await makeLicence(licence), { mode: 0o600 });

test('a licence that has expired blocks the plan, and nothing is changed', async () => {
  const clusterUid = await uidOf('demo-controller');
  await licensed({ clusterUid, notBefore: new Date(Date.now() - 90 * 86_400_000), notAfter: new Date(Date.now() - 3_600_000) });
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked 20
    expect PGD-042
    expect has expired
    expect Nothing was changed
  `);
  expect(writesOf(playground)).toEqual([]);
});

test('a licence of a spoke blocks the plan and says whose UID it names', async () => {
  await licensed({ clusterUid: await uidOf('demo-worker') });
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked 20
    expect PGD-041
    expect ${await uidOf('demo-worker')} (that is demo-worker)
    expect checks it against the hub, ${await uidOf('demo-controller')}
  `);
  expect(writesOf(playground)).toEqual([]);
});

test('a missing licence blocks the plan', async () => {
  await rm(join(playground.folder, 'kubedb-licence.pem'));
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked 20
    expect 1 problem blocks this plan
    expect PGD-040
    expect there is no such file
  `);
  await licensed({ clusterUid: await uidOf('demo-controller') });
});

test('a cluster that does not answer blocks the plan once, and planning again finds it back', async () => {
  await playground.play(`
    fleet: stop demo-worker
    alice: /pgdist deploy postgres
    wait blocked 30
    expect 1 problem blocks this plan
    expect PGD-001
    expect demo-worker does not answer
    expect Make sure that the worker reaches
    fleet: start demo-worker
    alice: Plan again
    wait waiting for approval 20
  `);
  expect(writesOf(playground)).toEqual([]);
}, 40_000);

test('cut during join', async () => {
  playground.fleet.network.cut('demo-worker', HUB_ADDRESS);
  await playground.play(`
    bob: approve
    wait failed 100
    expect PGD-0
    expect demo-worker
  `);
}, 120_000);
