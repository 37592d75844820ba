import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigOf } from '../../playground/fleet.ts';
import type { KubernetesApi } from '../../playground/kubernetes-api/contract.ts';
import { startKubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { operatorClient, type Connection } from '../../playground/control/kit.ts';
import { administratorOf } from '../../playground/real/administrator.ts';
import { leaveOutOfCharts } from '../../playground/real/crds.ts';
import { startRealFleet, type RealFleetOptions } from '../../playground/real-fleet.ts';

const CLUSTERS = ['hub', 'spoke'];
const OURS = [
  { apiVersion: 'v1', kind: 'Namespace', labelSelector: 'app.kubernetes.io/part-of=pgdist-tests' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', labelSelector: 'app.kubernetes.io/part-of=pgdist-tests' },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    labelSelector: 'app.kubernetes.io/part-of=pgdist-tests',
  },
];

let folder = '';
let apis: KubernetesApi[] = [];
let connections: Connection[] = [];
let options: RealFleetOptions;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-real-'));
  apis = await Promise.all(CLUSTERS.map((name) => startKubernetesApi({ name })));
  connections = apis.map(({ name, url, caPem, adminToken }) => ({ name, server: url, ca: caPem, token: adminToken }));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(connections));
  options = {
    kubeconfig,
    clusters: CLUSTERS.map((name) => ({ name, context: name })),
    hub: 'hub',
    hubApiServer: connections[0]!.server,
    kubedbNamespace: 'kubedb',
    databaseNamespaces: ['demo'],
    images: { stay: 'stay', postgres: 'postgres' },
    without: new Set(),
    speed: 40,
    folder,
  };
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.close()));
  await rm(folder, { recursive: true, force: true });
});

/** What the clusters have of the suite's own, as "cluster kind". */
const left = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const connection of connections) {
    const client = operatorClient(connection, 'test');
    for (const query of OURS)
      for (const { kind, metadata } of await client.list(query)) if (!metadata.deletionTimestamp) found.push(`${client.cluster} ${kind}`);
    await client.close();
  }
  return found;
};

test('a fleet that runs has its rights and its webhook, and takes them away when it is closed', async () => {
  const fleet = await startRealFleet(options);
  expect((await left()).toSorted()).toEqual(
    CLUSTERS.flatMap((name) => ['ClusterRoleBinding', 'MutatingWebhookConfiguration', 'Namespace'].map((kind) => `${name} ${kind}`)),
  );
  await fleet.close();
  expect(await left()).toEqual([]);
});

test('a fleet that cannot start leaves nothing behind', async () => {
  await expect(startRealFleet({ ...options, crds: join(folder, 'none') })).rejects.toThrow('ENOENT');
  expect(await left()).toEqual([]);
  await expect(startRealFleet({ ...options, clusters: [...options.clusters, { name: 'third', context: 'third' }] })).rejects.toThrow('third');
  expect(await left()).toEqual([]);
});

test('what a run that was killed left is taken away by the next', async () => {
  const killed = await administratorOf(options.kubeconfig, 'spoke');
  expect(await left()).toEqual(['spoke Namespace', 'spoke ClusterRoleBinding']);
  await (await startRealFleet(options)).close();
  expect(await left()).toEqual([]);
  await killed.close().catch(() => undefined);
});

test('full CRDs go where they belong, and charts that bring the same ones leave them alone', async () => {
  const crds = join(folder, 'crds');
  await mkdir(crds);
  await writeFile(join(crds, 'hub.yaml'), `${crd('controller.kubeslice.io', 'projects')}---\n${crd('kubedb.com', 'postgreses')}`);
  await writeFile(join(crds, 'all.yml'), `kind: ConfigMap\n---\n${crd('networking.kubeslice.io', 'slices')}`);
  const chart = join(folder, 'charts', 'kubeslice-controller', 'crds');
  await cp(new URL('../../playground/crds/kubeslice', import.meta.url), chart, { recursive: true });
  const fleet = await startRealFleet({ ...options, crds });
  const [hub, spoke] = await Promise.all(connections.map((connection) => crdsOf(connection)));
  expect(hub).toEqual(['postgreses.kubedb.com', 'projects.controller.kubeslice.io', 'slices.networking.kubeslice.io']);
  expect(spoke).toEqual(['slices.networking.kubeslice.io']);
  const client = operatorClient(connections[0]!, 'test');
  await leaveOutOfCharts(join(folder, 'charts'), client);
  await client.close();
  await fleet.close();
  const kept = await readdir(chart);
  expect(kept).toContain('controller.kubeslice.io_clusters.yaml');
  expect(kept).not.toContain('controller.kubeslice.io_projects.yaml');
});

const crd = (group: string, plural: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: ${plural}, plural: ${plural} }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;

const crdsOf = async (connection: Connection): Promise<string[]> => {
  const client = operatorClient(connection, 'test');
  const found = await client.list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });
  await client.close();
  return found.map(({ metadata }) => metadata.name).toSorted();
};
