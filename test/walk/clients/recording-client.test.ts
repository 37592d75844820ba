import { expect, test } from 'vitest';
import { KindMissingError } from '../../../src/ports/cluster-errors.ts';
import { recordingClient, type Dependency } from '../../../src/walk/clients/recording-client.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'a' };
const DEFINITIONS = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadataOnly: true };

const recorded = () => {
  const cluster = memoryCluster('tokyo');
  const seen: Dependency[] = [];
  return { cluster, seen, client: recordingClient(cluster, (dependency) => void seen.push(dependency)) };
};

test('a read is told as a list of this one object at its version, also where it is missing', async () => {
  const { cluster, client, seen } = recorded();
  expect(await client.read(ref)).toBeUndefined();
  cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } });
  expect(await client.read(ref)).toMatchObject({ metadata: { name: 'a' } });
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', fieldSelector: 'metadata.name=a' };
  expect(seen).toEqual([
    { cluster, query, resourceVersion: '1' },
    { cluster, query, resourceVersion: '2' },
  ]);
});

test('a list is told as it was asked', async () => {
  const { cluster, client, seen } = recorded();
  const query = { apiVersion: 'v1', kind: 'Node', labelSelector: 'a=b' };
  await client.list(query);
  expect(seen).toEqual([{ cluster, query, resourceVersion: '1' }]);
});

test('where a kind is not served, what may bring it is told: the definitions', async () => {
  const { cluster, client, seen } = recorded();
  cluster.missingKinds.add('Postgres');
  const kind = { apiVersion: 'kubedb.com/v1', kind: 'Postgres' };
  await expect(client.read({ ...kind, namespace: 'demo', name: 'pg' })).rejects.toBeInstanceOf(KindMissingError);
  await expect(client.list(kind)).rejects.toBeInstanceOf(KindMissingError);
  expect(await client.serves(kind)).toBe(false);
  expect(seen.map(({ query }) => query)).toEqual([DEFINITIONS, DEFINITIONS, DEFINITIONS]);
  expect(await client.serves(ref)).toBe(true);
  expect(seen).toHaveLength(3);
});

test('a cluster that fails leaves nothing to watch', async () => {
  const { cluster, client, seen } = recorded();
  cluster.setReachable(false);
  await expect(client.read(ref)).rejects.toThrow('connection refused');
  expect(seen).toEqual([]);
});
