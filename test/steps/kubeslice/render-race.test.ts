import { afterEach, expect, test } from 'vitest';
import { controllerRef, operatorRef, workRef, addOnRef } from '../../../src/steps/kubeslice/objects.ts';
import { controllerInstalled } from '../../../src/steps/kubeslice/controller-installed.ts';
import { workerHealthy } from '../../../src/steps/kubeslice/worker-healthy.ts';
import { workerNamed } from '../../../src/steps/kubeslice/worker-named.ts';
import { workerRendered } from '../../../src/steps/kubeslice/worker-rendered.ts';
import { FORMER_REPLICAS } from '../../../src/steps/kubeslice/render-guard.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { make, reach } from '../../support/kubeslice-steps.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { eventually } from '../../support/eventually.ts';

let joined: JoinedFleet;
afterEach(() => joined?.close());

/** As the guide has it: apply the add-on while the controller runs. */
const addOnByHand = async ({ cluster, fleet }: JoinedFleet, name: string): Promise<void> => {
  const { apiVersion, kind, ...metadata } = addOnRef(name);
  await cluster(fleet.hub).create({
    apiVersion,
    kind,
    metadata,
    spec: {
      installNamespace: 'kubeslice-system',
      configs: [{ group: 'controller.kubeslice.io', resource: 'clusters', name, namespace: 'kubeslice-demo' }],
    },
  });
};
const read = async (name: string, ref: Parameters<ReturnType<JoinedFleet['cluster']>['read']>[0]): Promise<any> => joined.cluster(name).read(ref);
const podsLogOf = async (name: string): Promise<string> => {
  const { items } = await joined
    .cluster(name)
    .list({ apiVersion: 'v1', kind: 'Pod', namespace: 'kubeslice-system', labelSelector: 'control-plane=controller-manager' });
  return joined.cluster(name).logs({ namespace: 'kubeslice-system', pod: items[0]!.metadata.name, container: 'manager' });
};

test('an add-on made without the guard loses the race: its worker runs without a name and is healed from the hub’s next rendering', async () => {
  joined = await joinedFleet({ speed: 20 });
  await reach(joined, 'registered');
  await addOnByHand(joined, 'osaka');
  // The second rendering is right and is refused on the spoke, where the first one's selector stands.
  await eventually(async () => {
    const work = await read('tokyo', workRef('osaka'));
    expect(JSON.stringify(work.status?.resourceStatus)).toContain('field is immutable');
  });
  const operator = await read('osaka', operatorRef);
  expect(operator.spec.template.spec.containers[1].env[0]).toEqual({ name: 'CLUSTER_NAME', value: '' });
  await eventually(async () => expect(await podsLogOf('osaka')).toContain('resource name may not be empty'));
  const dead = await read('tokyo', { apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'Cluster', namespace: 'kubeslice-demo', name: 'osaka' });
  expect(dead.status).toEqual({ networkPresent: false, secretName: 'kubeslice-rbac-worker-osaka' });

  const step = workerNamed(joined.fleet, joined.fleet.clusters[1]!);
  expect(await step.verify(joined.context)).toMatchObject({ healthy: false, problem: { code: 'PGD-034' } });
  const finding = await step.check(joined.context);
  expect(finding).toMatchObject({ kind: 'change' });
  expect(finding.kind === 'change' && finding.changes.map(({ action, object }) => `${action} ${object}`)).toEqual([
    'delete Job kubeslice-system/kubeslice-install-crds',
    'delete Job kubeslice-system/nsm-install-crds',
    'delete Job kubeslice-system/kubeslice-postdelete-job',
    'delete Deployment kubeslice-system/kubeslice-operator',
    'change ManifestWork osaka/addon-kubeslice-deploy-0',
  ]);
  await make(joined, step);
  await make(joined, workerHealthy(joined.fleet, joined.fleet.clusters[1]!));
});

test('a controller of others is not stopped for rendering', async () => {
  joined = await joinedFleet({ speed: 20 });
  const { fleet, context } = joined;
  const { chart, version } = fleet.kubeslice;
  const values = { kubeslice: { controller: { endpoint: fleet.hubApiServer } }, ocm: { enabled: true } };
  await context.helm.upgrade(
    { cluster: fleet.hub, release: 'kubeslice-controller', namespace: 'kubeslice-controller', chart, version, values },
    { signal: context.signal, timeoutMs: 60_000 },
  );
  const installed = await controllerInstalled(fleet).check(context);
  expect(installed).toMatchObject({ kind: 'in-place' });
  expect(installed.kind === 'in-place' && installed.warnings?.[0]).toContain('installed by others');
  await becomesHealthy(controllerInstalled(fleet), context);
  await reach(joined, 'registered');
  const rendered = workerRendered(fleet);
  const finding = await rendered.check(context);
  expect(finding.kind === 'change' && finding.changes.map(({ object }) => object)).toEqual([
    'ManagedClusterAddOn tokyo/kubeslice',
    'ManagedClusterAddOn osaka/kubeslice',
  ]);
  expect(finding.kind === 'change' && finding.warnings?.[0]).toContain('not pgdist');
  await make(joined, rendered);
  for (const cluster of fleet.clusters) {
    await make(joined, workerNamed(fleet, cluster));
    await make(joined, workerHealthy(fleet, cluster));
  }
});

test('a controller that an interrupted run left stopped is given back its replicas', async () => {
  joined = await joinedFleet({ speed: 20 });
  await reach(joined, 'controller');
  const { fleet, context, cluster } = joined;
  await cluster('tokyo').merge(controllerRef, { metadata: { annotations: { [FORMER_REPLICAS]: '1' } }, spec: { replicas: 0 } });
  const step = controllerInstalled(fleet);
  const finding = await step.check(context);
  expect(finding).toMatchObject({ kind: 'change', changes: [{ action: 'change', fields: [{ path: 'spec.replicas', from: 0, to: 1 }] }] });
  await make(joined, step);
  const controller = await read('tokyo', controllerRef);
  expect(controller.spec.replicas).toBe(1);
  expect(controller.metadata.annotations?.[FORMER_REPLICAS]).toBeUndefined();
});

test('the controller is given back its replicas when rendering is cancelled', async () => {
  joined = await joinedFleet({ speed: 20 });
  await reach(joined, 'registered');
  const cancel = new AbortController();
  const clientOf = joined.cluster;
  const context = {
    ...joined.context,
    signal: AbortSignal.any([joined.context.signal, cancel.signal]),
    cluster: (name: string) => ({
      ...clientOf(name),
      async apply(manifest: Parameters<ReturnType<typeof clientOf>['apply']>[0]) {
        cancel.abort(new Error('cancelled by a person'));
        cancel.signal.throwIfAborted();
        return clientOf(name).apply(manifest);
      },
    }),
    afterCancel: clientOf,
  };
  await expect(workerRendered(joined.fleet).apply(context)).rejects.toThrow('cancelled by a person');
  const controller = await read('tokyo', controllerRef);
  expect(controller.spec.replicas).toBe(1);
  expect(controller.metadata.annotations?.[FORMER_REPLICAS]).toBeUndefined();
});
