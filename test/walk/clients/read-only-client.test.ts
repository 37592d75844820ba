import { expect, test } from 'vitest';
import { readOnlyClient } from '../../../src/walk/clients/read-only-client.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } };
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'a' };

test('reads pass, and every write rejects without reaching the cluster', async () => {
  const cluster = memoryCluster('tokyo');
  const client = readOnlyClient(cluster);
  expect(await client.read(ref)).toBeUndefined();
  const writes = [
    client.apply(manifest),
    client.create(manifest),
    client.update(manifest),
    client.merge(ref, {}),
    client.delete(ref),
    client.token({ namespace: 'test', name: 'sa' }, 600),
  ];
  for (const outcome of await Promise.allSettled(writes))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('on tokyo: check and verify may not write') } });
  expect(cluster.calls).toEqual(['read ConfigMap a']);
});
