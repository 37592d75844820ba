import { expect, test } from 'vitest';
import { projectNamespace } from '../../../src/domain/fleet.ts';
import { plainText } from '../../../src/domain/text.ts';
import type { StepContext } from '../../../src/steps/context.ts';
import { unexported } from '../../../src/steps/postgres/exported-pods.ts';
import { memoryCluster, type MemoryCluster } from '../../support/memory-cluster.ts';
import { databaseOf, fleetOf } from '../../support/fleet.ts';

const [HUB, SPOKE] = ['tokyo', 'osaka'];
const fleet = fleetOf([HUB, SPOKE]);
const database = databaseOf([HUB, SPOKE]);
const { namespace } = database;

const serviceExport = (endpoints: number) => ({
  apiVersion: 'networking.kubeslice.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { name: 'postgres-pods', namespace },
  status: { exportStatus: endpoints > 0 ? 'READY' : 'PENDING', availableEndpoints: endpoints },
});
const serviceImport = (...clusters: readonly string[]) => ({
  apiVersion: 'networking.kubeslice.io/v1beta1',
  kind: 'ServiceImport',
  metadata: { name: 'postgres-pods', namespace },
  status: { endpoints: clusters.map((clusterId) => ({ clusterId, ip: '10.1.0.2' })) },
});
const exportConfig = {
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind: 'ServiceExportConfig',
  metadata: { name: 'postgres-pods-osaka', namespace: projectNamespace(fleet) },
  spec: { serviceName: 'postgres-pods', serviceNamespace: namespace, sourceCluster: SPOKE },
};

const found = async (plant: (hub: MemoryCluster, spoke: MemoryCluster) => void): Promise<string> => {
  const clusters = { [HUB]: memoryCluster(HUB), [SPOKE]: memoryCluster(SPOKE) };
  plant(clusters[HUB]!, clusters[SPOKE]!);
  const context = { cluster: (name: string) => clusters[name]!, fleet } as unknown as StepContext;
  const problem = await unexported(context, fleet, database, SPOKE);
  return problem === undefined ? 'nothing' : [problem.code, plainText(problem.what), ...problem.evidence, plainText(problem.remedy)].join('\n');
};

test.each<[string, (hub: MemoryCluster, spoke: MemoryCluster) => void, readonly string[]]>([
  [
    'a cluster that exports nothing',
    (hub) => hub.put(serviceImport(HUB)),
    [
      'names of the pods of postgres on osaka have no address on tokyo',
      'no ServiceExport is in namespace demo on osaka',
      'no ServiceImport of namespace demo has an endpoint of osaka on tokyo',
    ],
  ],
  [
    'a ServiceExport that no pod fits',
    (_, spoke) => spoke.put(serviceExport(0)),
    ['ServiceExport demo/postgres-pods on osaka is PENDING and has no endpoint', 'selector'],
  ],
  [
    'a worker that tells the hub nothing',
    (_, spoke) => spoke.put(serviceExport(1)),
    ['no ServiceExportConfig of osaka', "KubeSlice's worker on osaka"],
  ],
  [
    'a hub whose word does not arrive',
    (hub, spoke) => {
      spoke.put(serviceExport(1));
      hub.put(exportConfig);
    },
    ['no ServiceImport is in namespace demo on tokyo', 'WorkerServiceImport'],
  ],
])('of the way that names take the first link is told that is missing: %s', async (_, plant, words) => {
  const told = await found(plant);
  expect(told).toContain('PGD-054');
  for (const word of words) expect(told).toContain(word);
});

test.each<[string, (hub: MemoryCluster, spoke: MemoryCluster) => void]>([
  ['an import that has an endpoint of the cluster', (hub) => hub.put(serviceImport(HUB, SPOKE))],
  ['a cluster that does not answer', (hub) => hub.setReachable(false)],
  ['a cluster that does not serve the kind', (hub) => void hub.missingKinds.add('ServiceImport')],
])('nothing is told of %s', async (_, plant) => {
  expect(await found(plant)).toBe('nothing');
});
