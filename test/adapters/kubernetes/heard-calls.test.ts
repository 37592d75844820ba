import { expect, onTestFinished, test } from 'vitest';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import { connectCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import type { CallObserver } from '../../../src/ports/observer.ts';

test('each call is told when it has ended, with its kind and its error, and one that its caller ended is not', async () => {
  const api = await startKubernetesApi({ name: 'tokyo' });
  const told: Parameters<CallObserver>[0][] = [];
  const kubeConfig = loadKubeConfig({ text: api.kubeconfig });
  const cluster = connectCluster({ name: 'tokyo', kubeConfig, heard: (call) => void told.push(call) });
  onTestFinished(async () => {
    await cluster.close();
    await api.close();
  });
  await cluster.version();
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  await expect(cluster.logs({ namespace: 'demo', pod: 'none', container: 'none' })).rejects.toThrow(/none/);
  const ending = new AbortController();
  ending.abort(new Error('nobody wants it'));
  await expect(cluster.withLimits({ signal: ending.signal }).version()).rejects.toThrow('nobody wants it');
  expect(told.map(({ cluster: name, kind, error }) => [name, kind, error === undefined])).toEqual([
    ['tokyo', 'read', true],
    ['tokyo', 'write', true],
    ['tokyo', 'pod', false],
  ]);
  for (const { tookMs } of told) expect(tookMs).toBeGreaterThan(0);
});
