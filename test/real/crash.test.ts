import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorClient } from '../../playground/control/kit.ts';
import { toolPaths } from '../../playground/tools.ts';
import { bringsOwn, DEPLOY_MS, missing, realPlayground, type RealPlayground } from './fleet.ts';
import { eventually } from '../support/eventually.ts';

const reason = missing() ?? (bringsOwn('kubedb') ? 'KubeDB is the clusters’ own: it is not taken away and installed again' : undefined);
describe.for(reason === undefined ? ['a crash on real clusters'] : [])('%s', () => {
  let playground: RealPlayground;
  beforeAll(async () => {
    playground = await realPlayground();
    await playground.deploy();
  }, DEPLOY_MS);
  afterAll(() => playground?.close());

  test('a worker killed during a helm upgrade is followed by one that ends it, with one release', async () => {
    const { connections, kubeconfig } = playground.fleet;
    const context = playground.contextOf(playground.hub);
    const { helm } = await toolPaths();
    await execa(helm, ['uninstall', 'kubedb', '--namespace', 'kubedb', '--kubeconfig', kubeconfig, '--kube-context', context]);
    const hub = operatorClient(
      connections.find(({ name }) => name === playground.hub)!,
      'pgdist-tests',
    );
    // What the chart had goes a little later than helm says; a plan made meanwhile would not fit any more.
    const works = {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      namespace: 'kubedb',
      name: 'petset-agent',
    };
    await eventually(async () => expect(await hub.get(works)).toBeUndefined(), { everyMs: 200 });
    await playground.plan();
    await playground.play(`
        bob: approve
        wait applying
        expect KubeDB runs
        fleet: kill worker
        fleet: start worker
        wait succeeded
        expect 2 of 2 standbys streaming
      `);
    const releases = await hub.list({ apiVersion: 'v1', kind: 'Secret', labelSelector: 'owner=helm,name=kubedb,status=deployed' });
    await hub.close();
    expect(releases).toHaveLength(1);
  });
});

test.for(reason === undefined ? [] : [reason])('nothing runs: %s', (why) => {
  console.log(`skipped: ${why}`);
  expect(why).not.toBe('');
});
