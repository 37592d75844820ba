import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigOf } from '../../playground/fleet.ts';
import { operatorClient, type Connection, type OperatorClient } from '../../playground/control/kit.ts';
import { CHANNEL } from '../../playground/people.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

const NAMESPACE = 'pgdist';
const ACCOUNT = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/pgdist/token`;

let playground: TestPlayground;
const administrators = new Map<string, { readonly connection: Connection; readonly client: OperatorClient }>();
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  for (const connection of playground.fleet.connections)
    administrators.set(connection.name, { connection, client: operatorClient(connection, 'test') });
});
afterAll(async () => {
  await Promise.all([...administrators.values()].map(({ client }) => client.close()));
  await playground?.close();
});

/** Tokens of the worker on all clusters that end when `revoke` of the same name is called. */
const issue = async (name: string): Promise<readonly Connection[]> =>
  Promise.all(
    [...administrators.values()].map(async ({ connection, client }) => {
      const { metadata } = await client.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE } });
      const boundObjectRef = { kind: 'Secret', apiVersion: 'v1', name, uid: metadata.uid };
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3_600, boundObjectRef } };
      const { status } = await client.api.json<{ status: { token: string } }>('POST', ACCOUNT, { body });
      return { ...connection, token: status.token };
    }),
  );
const revoke = async (name: string): Promise<void> => {
  for (const { client } of administrators.values()) await client.api.json('DELETE', `/api/v1/namespaces/${NAMESPACE}/secrets/${name}`);
};
/** As who renews a kubeconfig does it: whole, under the name that the worker was started with. */
const give = async (connections: readonly Connection[]): Promise<void> => {
  const path = playground.environment['KUBECONFIG']!;
  await writeFile(`${path}.new`, kubeconfigOf(connections), { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/** Resolves at the first request that pgdist sends to the hub to write such an object; no tool runs beside it then. */
const written = (plural: string): Promise<void> =>
  new Promise((resolve) => {
    const stop = playground.fleet.apis.get('demo-controller')!.observe({
      authorized({ verb, resource }) {
        if (verb !== 'patch' || resource !== plural) return;
        stop();
        resolve();
      },
    });
  });

test('a deploy whose tokens are renewed and refused in the middle ends as if nothing had been', async () => {
  await give(await issue('first'));
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
  `);
  const middle = written('sliceconfigs');
  await playground.play(`
    bob: approve
    wait applying
  `);
  await middle;
  await give(await issue('second'));
  await revoke('first');
  await playground.play(`
    wait succeeded
  `);
  const seen = playground.slack.transcript(CHANNEL);
  expect(seen).toContain('replicas');
  expect(seen).not.toMatch(/PGD-\d|attempt \d|not answer|Unauthorized/);
  expect(await readFile(join(playground.folder, 'worker.log'), 'utf8')).not.toContain('"level":50');
});

test('a token that ended before anybody renewed it is told with its remedy, which helps without a restart', async () => {
  await revoke('second');
  await playground.play(`
    alice: /pgdist deploy postgres
    wait blocked
    expect PGD-002
    expect refused pgdist's credentials
    expect it is read again by itself
  `);
  await give(await issue('third'));
  await playground.play('alice: Plan again');
  // The card is edited a moment after the click is answered.
  await playground.insist('wait succeeded');
  const started = (await readFile(join(playground.folder, 'worker.log'), 'utf8')).split('\n').filter((line) => line.includes('worker started'));
  expect(started).toHaveLength(1);
});
