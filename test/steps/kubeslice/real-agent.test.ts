import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorClient, type OperatorClient } from '../../../playground/control/kit.ts';
import { plainText } from '../../../src/domain/text.ts';
import { controllerInstalled } from '../../../src/steps/kubeslice/controller-installed.ts';
import { addOnRef, operatorRef, workerNamespaceRef, workRef } from '../../../src/steps/kubeslice/objects.ts';
import { workerNamed } from '../../../src/steps/kubeslice/worker-named.ts';
import { workerRendered } from '../../../src/steps/kubeslice/worker-rendered.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { eventually } from '../../support/eventually.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { make, reach } from '../../support/kubeslice-steps.ts';

/** One fleet with its workers, towards which OCM's work agent behaves as the real one does; each test leaves it well for the next. */
let joined: JoinedFleet;
let admin: OperatorClient;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 20 });
  await reach(joined, 'controller');
});
afterAll(async () => {
  await admin?.close();
  await joined?.close();
});
const onHub = (): OperatorClient => (admin ??= operatorClient(joined.connections[0]!, 'kubectl'));
const osaka = () => joined.fleet.clusters[1]!;
const work = async () => (await onHub().get(workRef('osaka')))!;
const conditionOf = async (type: string) =>
  ((await work()).status?.conditions as { type: string; status: string; observedGeneration: number }[] | undefined)?.find((one) => one.type === type);

test('the controller waits for the rights of each spoke of the fleet, whatever other clusters of the hub have', async () => {
  // An outsider is accepted and brings the summary to as many clusters as the fleet has; one of ours has lost its role.
  const step = controllerInstalled(joined.fleet);
  expect(await becomesHealthy(step, joined.context)).toMatchObject({ healthy: true });
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'open-cluster-management:klusterlet-work:kubeslice' };
  await joined.cluster('osaka').delete(role);
  await onHub().apply({
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'outsider' },
    spec: { hubAcceptsClient: true },
  });
  const set = {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    namespace: 'kubeslice-controller',
    name: 'kubeslice-agent',
  };
  await eventually(async () => expect((await onHub().get(set))?.status.summary.applied).toBeGreaterThanOrEqual(joined.fleet.clusters.length));
  expect(await step.verify(joined.context)).toMatchObject({
    healthy: false,
    waitingFor: `ClusterRole ${role.name} is not on osaka yet`,
    problem: { evidence: expect.arrayContaining([expect.stringContaining('ManifestWork osaka/kubeslice-agent')]) as unknown },
  });
  await onHub().merge({ ...workRef('osaka'), name: 'kubeslice-agent' }, { metadata: { labels: { again: 'yes' } } });
  expect(await becomesHealthy(step, joined.context)).toMatchObject({ healthy: true });
  await reach(joined, 'workers');
});

test('workers stay rendered when a generation rises that their agent has no reason to look at', async () => {
  await onHub().merge(workRef('osaka'), { spec: { manifestConfigs: [] } });
  const { generation } = (await work()).metadata;
  expect((await conditionOf('Applied'))?.observedGeneration).toBeLessThan(generation ?? 0);
  expect(await workerRendered(joined.fleet).verify(joined.context)).toMatchObject({ healthy: true });
});

test('workers are well although their work is not applied, for its Jobs cannot be applied again', async () => {
  await onHub().merge(workRef('osaka'), { metadata: { labels: { again: 'yes' } } });
  await eventually(async () => expect((await conditionOf('Applied'))?.status).toBe('False'));
  expect(await workerRendered(joined.fleet).verify(joined.context)).toMatchObject({ healthy: true });
  expect(await workerNamed(joined.fleet, osaka()).check(joined.context)).toMatchObject({ kind: 'in-place' });
  expect(await workerNamed(joined.fleet, osaka()).verify(joined.context)).toMatchObject({ healthy: true });
});

test('an operator that is gone while its work waits out a long pause is had back by a label, and nothing is asserted that nobody said', async () => {
  const step = workerNamed(joined.fleet, osaka());
  await joined.cluster('osaka').delete(operatorRef);
  const finding = await step.check(joined.context);
  expect(finding.kind === 'change' && finding.changes.map(({ action, object, fields }) => [action, object, fields[0]?.path])).toEqual([
    ['change', 'ManifestWork osaka/addon-kubeslice-deploy-0', 'metadata.labels.pgdist/healed'],
  ]);
  const verdict = await step.verify(joined.context);
  expect(verdict).toMatchObject({ healthy: false, problem: { what: "KubeSlice's worker is not on osaka" } });
  expect(JSON.stringify(verdict)).not.toContain('refused');
  await make(joined, step);
  expect((await work()).metadata.labels).toHaveProperty(['pgdist/healed']);
  expect((await work()).metadata.annotations ?? {}).not.toHaveProperty(['pgdist/healed']);
});

test.each([
  ['the namespace on the spoke', 'Namespace kubeslice-system of osaka', 'networking.kubeslice.io/slice-finalizer'],
  ['the work', 'ManifestWork osaka/addon-kubeslice-deploy-0 of tokyo', 'cluster.open-cluster-management.io/manifest-work-cleanup'],
  ['the add-on', 'ManagedClusterAddOn osaka/kubeslice of tokyo', 'example.com/held'],
])('a plan onto %s that is being deleted is blocked with the name of the finalizer', async (what, named, finalizer) => {
  const { context } = joined;
  const spoke = operatorClient(joined.connections[1]!, 'kubectl');
  if (what.includes('namespace')) {
    const held = { name: 'held', namespace: 'kubeslice-system', finalizers: [finalizer] };
    await spoke.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: held });
    await spoke.delete(workerNamespaceRef);
  } else if (what.includes('work')) {
    await spoke.close();
    await onHub().merge(workRef('osaka'), { metadata: { finalizers: [finalizer, 'example.com/also'] } });
    await onHub().delete(workRef('osaka'));
  } else {
    await onHub().merge(addOnRef('osaka'), { metadata: { finalizers: [finalizer] } });
    await onHub().delete(addOnRef('osaka'));
  }
  const finding = await eventually(async () => {
    const seen = await workerRendered(joined.fleet).check(context);
    expect(seen.kind).toBe('blocked');
    const problem = seen.kind === 'blocked' ? seen.problems.find(({ what: said }) => plainText(said).startsWith(named)) : undefined;
    expect(problem?.evidence.join('\n')).toContain(finalizer);
    return problem;
  });
  expect(finding).toMatchObject({ code: 'PGD-088', what: `${named} is being deleted` });
});
