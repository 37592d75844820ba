import { expect, test } from 'vitest';
import { operatorClient } from '../../src/playground/operators/kit.ts';
import { playgroundFor, TWO_CLUSTERS } from '../support/playground.ts';

test('a worker killed in the middle of a deploy is followed by one that goes on, and nothing is done twice', { timeout: 120_000 }, async () => {
  const playground = await playgroundFor(TWO_CLUSTERS);
  try {
    await playground.play(`
      alice: /pgdist deploy postgres
      wait waiting for approval 30
      bob: approve
      wait applying 20
      expect KubeSlice
      fleet: kill worker
      fleet: start worker
      wait succeeded 90
      expect streaming
    `);
    const hub = operatorClient(playground.fleet.connections[0]!, 'test');
    const releases = await hub.list({ apiVersion: 'v1', kind: 'Secret', labelSelector: 'owner=helm' });
    await hub.close();
    expect(releases.map(({ metadata }) => metadata.name).toSorted()).toEqual([
      'sh.helm.release.v1.kubedb.v1',
      'sh.helm.release.v1.kubeslice-controller.v1',
    ]);
  } finally {
    await playground.close();
  }
});
