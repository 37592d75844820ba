import { afterAll, beforeAll, expect, test } from 'vitest';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import type { KubernetesApi } from '../../../playground/kubernetes-api/contract.ts';
import { makeLicence } from '../../../playground/operators/kubedb/licence.ts';
import type { Cluster, Fleet } from '../../../src/domain/fleet.ts';
import type { ApplyContext, Step } from '../../../src/steps/context.ts';
import { licenceValid } from '../../../src/steps/kubedb/licence-valid.ts';
import { clusterReachable } from '../../../src/steps/preflight/cluster-reachable.ts';
import { clustersDistinct } from '../../../src/steps/preflight/clusters-distinct.ts';
import { fleetClaimed } from '../../../src/steps/preflight/fleet-claimed.ts';
import { hubAddress } from '../../../src/steps/preflight/hub-address.ts';
import { namesFit } from '../../../src/steps/preflight/names-fit.ts';
import { nodesLargeEnough } from '../../../src/steps/preflight/nodes-large-enough.ts';
import { storageClass } from '../../../src/steps/preflight/storage-class.ts';
import { subnetFree } from '../../../src/steps/preflight/subnet-free.ts';
import { toolsPresent } from '../../../src/steps/preflight/tools-present.ts';
import { testFleet } from '../../support/fleet.ts';
import { stepBench, type StepBench } from '../../support/step-bench.ts';
import { keepsTheContract, keepsTheGatesContract } from '../../support/step-contract.ts';

const [tokyo, osaka] = testFleet.clusters as [Cluster, Cluster];
let apis: KubernetesApi[];
let bench: StepBench;
let context: ApplyContext;

/** tokyo is a cluster that fits, osaka one without nodes and storage classes. */
beforeAll(async () => {
  apis = await Promise.all(testFleet.clusters.map(({ name }) => startKubernetesApi({ name })));
  bench = stepBench(testFleet, apis);
  const hub = bench.context.cluster('tokyo');
  await hub.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'large' } });
  const status = { capacity: { cpu: '8', memory: '32Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] };
  await hub.merge({ apiVersion: 'v1', kind: 'Node', name: 'large' }, { status }, { subresource: 'status' });
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  await hub.create({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'fast', annotations },
    provisioner: 'example.com/disk',
  });
  const uid = (await hub.read({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid ?? '';
  const licence = await makeLicence({ clusterUid: uid });
  context = {
    ...bench.context,
    licence: async () => licence,
    toolVersion: async (tool) => (tool === 'helm' ? 'v4.1.4' : 'v1.3.1'),
  };
});
afterAll(async () => {
  await bench?.close();
  await Promise.all((apis ?? []).map((api) => api.close()));
});

interface Gate {
  readonly path: string;
  readonly open: Step;
  /** What makes it shut: another step of the same gate, or another world. */
  readonly shut: { readonly step?: Step; world?(context: ApplyContext): Partial<ApplyContext> };
}
const withSubnet = (subnet: string): Fleet => ({
  ...testFleet,
  kubeslice: { ...testFleet.kubeslice, slice: { ...testFleet.kubeslice.slice, subnet } },
});
const withNames = (...names: readonly string[]): Fleet => ({ ...testFleet, clusters: names.map((name) => ({ ...tokyo, name })) });

const GATES: readonly Gate[] = [
  {
    path: 'preflight/cluster-reachable',
    open: clusterReachable(testFleet, tokyo, []),
    shut: { world: ({ cluster }) => ({ cluster: (name) => ({ ...cluster(name), version: async () => 'v1.20.0' }) }) },
  },
  {
    path: 'preflight/clusters-distinct',
    open: clustersDistinct(testFleet),
    shut: { world: ({ cluster }) => ({ cluster: () => cluster('tokyo') }) },
  },
  { path: 'preflight/tools-present', open: toolsPresent(testFleet), shut: { world: () => ({ toolVersion: async () => undefined }) } },
  {
    path: 'preflight/hub-address',
    open: hubAddress(testFleet),
    shut: { step: hubAddress({ ...testFleet, hubApiServer: 'https://localhost:6443' }) },
  },
  { path: 'preflight/names-fit', open: namesFit(testFleet), shut: { step: namesFit(withNames('a'.repeat(30), 'b'.repeat(30))) } },
  { path: 'preflight/subnet-free', open: subnetFree(testFleet), shut: { step: subnetFree(withSubnet('10.96.0.0/16')) } },
  { path: 'preflight/nodes-large-enough', open: nodesLargeEnough(testFleet, tokyo), shut: { step: nodesLargeEnough(testFleet, osaka) } },
  { path: 'preflight/storage-class', open: storageClass(testFleet, tokyo), shut: { step: storageClass(testFleet, osaka) } },
  { path: 'kubedb/licence-valid', open: licenceValid(testFleet), shut: { world: () => ({ licence: async () => 'no certificate' }) } },
];

test.each(GATES)('$path keeps the contract of gates', async ({ path, open, shut: { step = open, world = () => ({}) } }) => {
  await expect(keepsTheGatesContract(path, { step: open, context }, { step, context: { ...context, ...world(context) } })).resolves.toBeUndefined();
});

test('preflight/fleet-claimed keeps the contract of steps', async () => {
  await expect(keepsTheContract('preflight/fleet-claimed', fleetClaimed(testFleet), context)).resolves.toBeUndefined();
});
