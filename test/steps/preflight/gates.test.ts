import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectCluster, type ConnectedCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Fleet } from '../../../src/domain/fleet.ts';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import type { Step, StepContext } from '../../../src/steps/context.ts';
import { ClusterUnreachableError } from '../../../src/ports/cluster-errors.ts';
import { clusterReachable } from '../../../src/steps/preflight/cluster-reachable.ts';
import { clustersDistinct } from '../../../src/steps/preflight/clusters-distinct.ts';
import { hubAddress } from '../../../src/steps/preflight/hub-address.ts';
import { namesFit } from '../../../src/steps/preflight/names-fit.ts';
import { nodesLargeEnough } from '../../../src/steps/preflight/nodes-large-enough.ts';
import { storageClass } from '../../../src/steps/preflight/storage-class.ts';
import { subnetFree } from '../../../src/steps/preflight/subnet-free.ts';
import { toolsPresent } from '../../../src/steps/preflight/tools-present.ts';
import { testFleet } from '../../support/fleet.ts';
import { HUB_ADDRESSES } from './hub-addresses.ts';
import { plainText } from '../../../src/domain/text.ts';

type Api = Awaited<ReturnType<typeof startKubernetesApi>>;
const tokyo = testFleet.clusters[0]!;

let apis: Map<string, Api>;
let clients: Map<string, ConnectedCluster>;
const open = (api: Api, name: string, token = api.adminToken): ConnectedCluster =>
  connectCluster({ name, kubeConfig: loadKubeConfig({ text: api.kubeconfig.replaceAll(api.adminToken, token) }) }).withLimits({ timeoutMs: 2000 });

beforeEach(async () => {
  apis = new Map();
  clients = new Map();
  for (const { name } of testFleet.clusters) {
    const api = await startKubernetesApi({ name });
    apis.set(name, api);
    clients.set(name, open(api, name));
  }
});
afterEach(async () => {
  await Promise.all([...clients.values()].map((client) => client.close()));
  await Promise.all([...apis.values()].map((api) => api.close()));
});

const context = (more: Partial<StepContext> = {}): StepContext => ({
  fleet: testFleet,
  installation: 'test',
  clock: systemClock,
  signal: new AbortController().signal,
  cluster: (name) => clients.get(name)!,
  licence: () => Promise.reject(new Error('not part of this test')),
  toolVersion: async (tool) => (tool === 'helm' ? 'v4.1.4' : 'v1.3.1'),
  ...more,
});
/** What the gate says, by check and by verify alike. */
const said = async (step: Step, more: Partial<StepContext> = {}) => {
  const finding = await step.check(context(more));
  const verdict = await step.verify(context(more));
  expect(verdict.healthy).toBe(finding.kind === 'in-place');
  if (finding.kind === 'blocked') return finding.problems.map(({ code, what, evidence }) => `${code} ${plainText(what)}: ${evidence.join('; ')}`);
  return finding.kind === 'in-place' ? [finding.evidence, ...(finding.warnings ?? [])] : [finding.kind];
};
/** The kubeconfig of a cluster that leaves its user out. */
const withoutUser = (api: Api): ConnectedCluster =>
  connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: api.kubeconfig.replace(/^users:[\s\S]*?(?=^\w|$(?![\s\S]))/m, '') }) });

const create = (cluster: string, object: Parameters<ConnectedCluster['create']>[0]) => clients.get(cluster)!.create(object);
const addNode = async (
  name: string,
  { spec = {}, capacity = { cpu: '8', memory: '32Gi' }, ready = 'True', address = '10.250.0.9' } = {},
): Promise<void> => {
  const status = {
    capacity: { ...capacity, pods: '110' },
    conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: null, lastTransitionTime: null }],
    addresses: [{ type: 'InternalIP', address }],
  };
  await create('tokyo', { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec });
  await clients.get('tokyo')!.merge({ apiVersion: 'v1', kind: 'Node', name }, { status }, { subresource: 'status' });
};
const fleetWith = (change: Partial<Fleet>): Fleet => ({ ...testFleet, ...change });
const withSlice = (change: Partial<Fleet['kubeslice']['slice']>): Fleet =>
  fleetWith({ kubeslice: { ...testFleet.kubeslice, slice: { ...testFleet.kubeslice.slice, ...change } } });

test('a refusal of somebody without credentials says that the kubeconfig names none', async () => {
  await clients.get('tokyo')!.close();
  clients.set('tokyo', withoutUser(apis.get('tokyo')!));
  const needed = [{ cluster: 'tokyo', verb: 'get', group: '', resource: 'nodes', neededBy: ['a step'], why: 'see them' }];
  const [problem] = await said(clusterReachable(testFleet, tokyo, needed));
  expect(problem).toMatch(/^PGD-002 .*context tokyo of the kubeconfig names user tokyo-admin, which is not in it: requests are anonymous$/);
});

test('a cluster that answers an administrator is reachable; one that refuses is told apart from one that is down', async () => {
  const step = clusterReachable(testFleet, tokyo, []);
  expect(await said(step)).toEqual(['Kubernetes v1.35.4, all rights granted']);
  const api = apis.get('tokyo')!;
  const stranger = open(api, 'tokyo', 'nobody');
  expect((await said(step, { cluster: () => stranger }))[0]).toMatch(/^PGD-002 tokyo refused pgdist's credentials: .*Unauthorized/);
  await stranger.close();
  api.faults.down = true;
  await expect(said(step)).rejects.toThrow(ClusterUnreachableError);
});

test('a Kubernetes older than the charts need is told with the reason', async () => {
  const old = await startKubernetesApi({ name: 'old', version: 'v1.27.9' });
  const client = open(old, 'tokyo');
  expect((await said(clusterReachable(testFleet, tokyo, []), { cluster: () => client }))[0]).toMatch(/^PGD-010 tokyo runs Kubernetes v1.27.9.*1.28/);
  await client.close();
  await old.close();
});

test('two names for one cluster are found by its UID', async () => {
  expect(await said(clustersDistinct(testFleet))).toEqual(['2 clusters, 2 kube-system UIDs']);
  const same = clients.get('tokyo')!;
  expect((await said(clustersDistinct(testFleet), { cluster: () => same }))[0]).toMatch(
    /^PGD-003 tokyo and osaka are one cluster: kube-system has UID/,
  );
});

test('small nodes are a warning; no node that takes pods blocks', async () => {
  const step = nodesLargeEnough(testFleet, tokyo);
  expect((await said(step))[0]).toBe('PGD-011 no node of tokyo takes pods: the cluster has no nodes');
  await addNode('cordoned', { spec: { unschedulable: true } });
  await addNode('broken', { ready: 'False' });
  expect((await said(step))[0]).toMatch(/no node of tokyo takes pods: .*node broken .*; node cordoned .*/);
  await addNode('small', { capacity: { cpu: '2', memory: '8Gi' } });
  expect(await said(step)).toEqual(['1 of 3 nodes take pods', 'node small of tokyo has 2 CPUs and 8.6 GB; the guide asks for 4 and 16']);
});

test('a named storage class must exist, else the cluster needs a default', async () => {
  const addClass = (name: string, annotations = {}) =>
    create('tokyo', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations }, provisioner: 'example.com/disk' });
  expect((await said(storageClass(testFleet, tokyo)))[0]).toBe('PGD-012 tokyo has no default storage class: it has no storage class at all');
  await addClass('slow');
  expect((await said(storageClass(testFleet, { ...tokyo, storageClass: 'fast' })))[0]).toBe('PGD-012 tokyo has no storage class fast: it has slow');
  expect(await said(storageClass(testFleet, { ...tokyo, storageClass: 'slow' }))).toEqual(['StorageClass slow']);
  await addClass('fast', { 'storageclass.kubernetes.io/is-default-class': 'true' });
  expect(await said(storageClass(testFleet, tokyo))).toEqual(['StorageClass fast, the default']);
});

test('a missing tool is told by name', async () => {
  expect(await said(toolsPresent(testFleet))).toEqual(['helm v4.1.4, clusteradm v1.3.1']);
  expect(await said(toolsPresent(testFleet), { toolVersion: async () => undefined })).toEqual([
    expect.stringMatching(/^PGD-013 helm is missing on the worker: /),
    expect.stringMatching(/^PGD-013 clusteradm is missing on the worker: /),
  ]);
});

test.each(HUB_ADDRESSES.map(({ address, why }) => [address, why] as const))(
  'whether the hub address %j fits other clusters is told',
  async (hubApiServer, why) => {
    expect((await said(hubAddress(fleetWith({ hubApiServer }))))[0]).toContain(why ?? hubApiServer);
  },
);

test('names that KubeSlice cannot use are found before it refuses them half way', async () => {
  expect(await said(namesFit(testFleet))).toEqual(['2 clusters, slice demo, project demo']);
  const long = (name: string) => ({ ...tokyo, name });
  const tooLong = fleetWith({ clusters: [long('a'.repeat(30)), long('b'.repeat(20))] });
  expect((await said(namesFit(tooLong)))[0]).toMatch(/^PGD-016 .* too long together: 54 characters/);
  expect((await said(namesFit(withSlice({ name: '9slice' }))))[0]).toMatch(/must begin with a letter/);
  const advised = fleetWith({ clusters: [long('demo-controller'), long('demo-controller2')] });
  expect(await said(namesFit(advised))).toHaveLength(2);
});

test('a slice subnet that meets pods, Services or nodes is told with each place', async () => {
  expect((await said(subnetFree(testFleet)))[0]).toMatch(/^no overlap with \d+ networks/);
  await addNode('worker-1', { address: '10.1.7.7' });
  await create('tokyo', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
  await clients
    .get('tokyo')!
    .merge(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' },
      { status: { podIP: '10.1.200.3', podIPs: [{ ip: '10.1.200.3' }] } },
      { subresource: 'status' },
    );
  expect(await said(subnetFree(testFleet))).toEqual([
    'PGD-015 slice subnet 10.1.0.0/16 overlaps networks in use: address of node worker-1 of tokyo: 10.1.7.7; pod of tokyo: 10.1.200.3',
  ]);
  expect((await said(subnetFree(withSlice({ subnet: '10.2.0.0/16' }))))[0]).toMatch(/^no overlap/);
  expect((await said(subnetFree(withSlice({ subnet: '10.96.0.0/16' }))))[0]).toMatch(/service|Service/);
});
