import { onTestFinished } from 'vitest';
import { connectCluster, type ConnectedCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';

export type Api = Awaited<ReturnType<typeof startKubernetesApi>>;

/** An API server of its own for one test, with pgdist's client of it. */
export const clusterUnderTest = async (name = 'tokyo'): Promise<{ readonly api: Api; readonly cluster: ConnectedCluster }> => {
  const api = await startKubernetesApi({ name });
  const cluster = connectCluster({ name, kubeConfig: loadKubeConfig({ text: api.kubeconfig }) });
  onTestFinished(async () => {
    await cluster.close();
    await api.close();
  });
  return { api, cluster };
};

export const configMap = (data: Record<string, string>, name = 'settings', namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
