import { afterAll, beforeAll, expect, test } from 'vitest';
import { sliceConfigRef } from '../../../../src/steps/kubeslice/objects.ts';
import { joinedFleet, type JoinedFleet } from '../../../support/joined-fleet.ts';
import { reach } from '../../../support/kubeslice-steps.ts';
import { eventually } from '../../../support/eventually.ts';

let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40 });
  await reach(joined, 'slice');
});
afterAll(() => joined?.close());

const pod = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'demo', labels: { app: 'postgres', ...labels } },
  spec: { containers: [{ name: 'postgres', image: 'postgres' }] },
});
const serviceExport = {
  apiVersion: 'networking.kubeslice.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { name: 'postgres-pods', namespace: 'demo' },
  spec: { slice: 'demo-slice', selector: { matchLabels: { app: 'postgres' } }, ports: [{ name: 'db', containerPort: 5432, protocol: 'TCP' }] },
};

test('pods of onboarded namespaces get addresses in their cluster’s part of the slice, and exported ones get names on every cluster', async () => {
  const { cluster, kubeslice } = joined;
  await cluster('tokyo').create(pod('postgres-0'));
  await cluster('tokyo').create(pod('outside', { 'kubeslice.io/exclude': 'true' }));
  await cluster('osaka').create(pod('postgres-1'));
  await cluster('tokyo').create(serviceExport);
  await cluster('osaka').create(serviceExport);
  await eventually(() => {
    for (const asking of ['tokyo', 'osaka']) {
      expect(kubeslice.lookup(asking, 'postgres-pods.demo.svc.slice.local')).toEqual(['10.1.0.2', '10.1.16.2']);
      expect(kubeslice.lookup(asking, 'postgres-0.tokyo.postgres-pods.demo.svc.slice.local')).toEqual(['10.1.0.2']);
      expect(kubeslice.lookup(asking, 'postgres-1.postgres-pods.demo.svc.slice.local')).toEqual(['10.1.16.2']);
    }
  });
  expect(kubeslice.lookup('tokyo', 'nobody.demo.svc.slice.local')).toEqual([]);
  expect(await kubeslice.sliceAddress('osaka', 'demo', 'postgres-1')).toBe('10.1.16.2');
  expect(await kubeslice.sliceAddress('tokyo', 'demo', 'outside')).toBeUndefined();
  const exported = (await cluster('osaka').read({
    apiVersion: serviceExport.apiVersion,
    kind: 'ServiceExport',
    namespace: 'demo',
    name: 'postgres-pods',
  })) as any;
  expect(exported.status).toMatchObject({ exportStatus: 'READY', availableEndpoints: 1 });
});

test('a pod that is gone loses its name, and a service that is no longer exported all of them', async () => {
  const { cluster, kubeslice } = joined;
  await cluster('osaka').delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'postgres-1' });
  await eventually(() => expect(kubeslice.lookup('tokyo', 'postgres-1.postgres-pods.demo.svc.slice.local')).toEqual([]));
  for (const name of ['tokyo', 'osaka'])
    await cluster(name).delete({ apiVersion: serviceExport.apiVersion, kind: 'ServiceExport', namespace: 'demo', name: 'postgres-pods' });
  await eventually(() => expect(kubeslice.lookup('osaka', 'postgres-0.postgres-pods.demo.svc.slice.local')).toEqual([]));
});

test('a slice goes only after its namespaces, and takes what the controller made of it along', async () => {
  const { cluster, fleet } = joined;
  const ref = sliceConfigRef(fleet);
  await expect(cluster('tokyo').delete(ref)).rejects.toThrow('Please deboard the namespaces before deletion of slice.');
  await cluster('tokyo').merge(ref, { spec: { namespaceIsolationProfile: { applicationNamespaces: [] } } });
  await eventually(async () => {
    const namespace = await cluster('osaka').read({ apiVersion: 'v1', kind: 'Namespace', name: 'demo' });
    expect(namespace?.metadata.labels?.['kubeslice.io/slice']).toBeUndefined();
    await cluster('tokyo').delete(ref);
  });
  await eventually(async () => {
    expect(await cluster('tokyo').read(ref)).toBeUndefined();
    for (const kind of ['WorkerSliceConfig', 'WorkerSliceGateway'])
      expect((await cluster('tokyo').list({ apiVersion: 'worker.kubeslice.io/v1alpha1', kind })).items).toEqual([]);
    expect((await cluster('osaka').list({ apiVersion: 'networking.kubeslice.io/v1beta1', kind: 'SliceGateway' })).items).toEqual([]);
  });
});
