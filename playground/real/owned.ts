import { ApiError, type ApiServer } from '../../src/kube-api/api-server.ts';

/** On everything that this suite makes for itself in a cluster, so that a later run finds what a killed one left. */
export const OWNED = { 'app.kubernetes.io/part-of': 'pgdist-tests' } as const;
const SELECTOR = Object.entries(OWNED)
  .map((pair) => pair.join('='))
  .join(',');

/** Webhooks first: while theirs are there and nobody answers, no pod is admitted. */
const COLLECTIONS = [
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  '/api/v1/namespaces',
] as const;

/** Takes away what earlier runs left in the cluster; one that still runs loses its rights there. */
export const removeLeftovers = async (api: ApiServer): Promise<void> => {
  for (const path of COLLECTIONS) {
    const { items } = await api.json<{ items: { metadata: { name: string } }[] }>('GET', path, { query: { labelSelector: SELECTOR } });
    for (const { metadata } of items) await unlessGone(api.json('DELETE', `${path}/${metadata.name}`));
  }
};

const unlessGone = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiError && error.status.code === 404)) throw error;
  }
};
