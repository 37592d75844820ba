import { expect, test } from 'vitest';
import { TransientError } from '../../../src/domain/problem.ts';
import { KindMissingError } from '../../../src/ports/cluster-errors.ts';
import { memoisedClient, named, oneObject } from '../../../src/walk/clients/memoised-client.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const node = (name: string) => ({ apiVersion: 'v1', kind: 'Node', name });

test('reads of one kind are answered from one list, also where the object is missing', async () => {
  const cluster = memoryCluster('tokyo');
  cluster.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  const client = memoisedClient(cluster);
  expect(await Promise.all([client.read(node('n1')), client.read(node('n2')), client.list({ apiVersion: 'v1', kind: 'Node' })])).toMatchObject([
    { kind: 'Node', metadata: { name: 'n1' } },
    undefined,
    { items: [{ metadata: { name: 'n1' } }] },
  ]);
  expect(cluster.calls).toEqual(['list Node']);
});

test.each(['Secret', 'ConfigMap', 'CustomResourceDefinition', 'Pod'])('a %s is read alone, never by a list of all, and once', async (kind) => {
  const cluster = memoryCluster('tokyo');
  cluster.put({ apiVersion: 'v1', kind, metadata: { name: 'mine', namespace: 'test' } });
  cluster.put({ apiVersion: 'v1', kind, metadata: { name: 'other', namespace: 'test' } });
  const asked: (string | undefined)[] = [];
  const client = memoisedClient({
    ...cluster,
    list: (query) => {
      asked.push(query.fieldSelector);
      return cluster.list(query);
    },
  });
  const ref = { apiVersion: 'v1', kind, namespace: 'test', name: 'mine' };
  await client.read(ref);
  expect(await client.read(ref)).toMatchObject({ kind, metadata: { name: 'mine' } });
  expect(asked).toEqual(['metadata.name=mine']);
});

test('version, kinds and permissions are asked once for each question', async () => {
  let permissions = 0;
  const cluster = { ...memoryCluster('tokyo'), allowed: async () => (permissions += 1) > 0 };
  const client = memoisedClient(cluster);
  const access = { verb: 'get', group: '', resource: 'pods' };
  for (let time = 0; time < 3; time += 1) {
    await client.version();
    await client.serves({ apiVersion: 'v1', kind: 'Pod' });
    await client.serves({ apiVersion: 'v1', kind: 'Node' });
    await client.allowed(access);
    await client.allowed({ ...access, verb: 'list' });
  }
  expect(cluster.calls).toEqual(['version', 'serves Pod', 'serves Node']);
  expect(permissions).toBe(2);
});

test.each([
  ['a passing failure is no answer: it is asked again', new TransientError('too many requests'), 2],
  ['a lasting one is', new KindMissingError('kind Node on tokyo'), 1],
])('%s', async (_, error, count) => {
  let asked = 0;
  const failing = async (): Promise<never> => {
    asked += 1;
    throw error;
  };
  const client = memoisedClient({ ...memoryCluster('tokyo'), list: failing });
  await expect(client.read(node('n1'))).rejects.toBe(error);
  await expect(client.read(node('n1'))).rejects.toBe(error);
  expect(asked).toBe(count);
});

test('an object of a list is found by name and namespace, and told with its kind', () => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'b', name: 'x' };
  const items = ['a', 'b'].map((namespace) => ({ metadata: { name: 'x', namespace } })) as never;
  expect(named(ref, { items, resourceVersion: '1' })).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'b' } });
  expect(named({ ...ref, namespace: 'c' }, { items, resourceVersion: '1' })).toBeUndefined();
  expect(oneObject(ref)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'b', fieldSelector: 'metadata.name=x' });
});
