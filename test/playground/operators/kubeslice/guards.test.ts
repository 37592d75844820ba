import { afterAll, beforeAll, expect, test } from 'vitest';
import { controllerInstalled } from '../../../../src/steps/kubeslice/controller-installed.ts';
import { clusterRef, WORKER_NAMESPACE } from '../../../../src/steps/kubeslice/objects.ts';
import { projectManifest } from '../../../../src/steps/kubeslice/project-ready.ts';
import { sliceConfigured } from '../../../../src/steps/kubeslice/slice-configured.ts';
import { workerHealthy } from '../../../../src/steps/kubeslice/worker-healthy.ts';
import { plainText } from '../../../../src/domain/text.ts';
import { eventually, patienceMs } from '../../../support/eventually.ts';
import { joinedFleet, type JoinedFleet } from '../../../support/joined-fleet.ts';
import { make, reach } from '../../../support/kubeslice-steps.ts';
import { becomesHealthy } from '../../../support/step-contract.ts';

let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40 });
  await reach(joined, 'workers');
  await make(joined, sliceConfigured(joined.fleet, joined.database));
});
afterAll(() => joined?.close());
const spoke = () => joined.cluster('osaka');
const injector = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kubeslice-nsm-webhook-system', name: 'nsm-admission-webhook-k8s' } as const;
const operator = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: WORKER_NAMESPACE, name: 'kubeslice-operator' } as const;
const available = async (ref: typeof injector | typeof operator): Promise<number> =>
  ((await spoke().read(ref)) as any)?.status?.availableReplicas ?? 0;
const pod = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name },
  spec: { containers: [{ name: 'main', image: 'any' }] },
});

test('without the pods of NSM’s webhook no pod is created in namespaces on the slice nor in the worker’s own, and pgdist says why', async () => {
  // The agent of the worker's work brings it back at its next resync, some seconds of this fleet's time away.
  const keepDown = () => spoke().merge(injector, { spec: { replicas: 0 } });
  await keepDown();
  await eventually(async () => expect(await available(injector)).toBe(0));
  // Its Service keeps an endpoint for a moment longer than its Deployment is available.
  for (const namespace of [joined.database.namespace, WORKER_NAMESPACE])
    await eventually(async () => {
      await keepDown();
      await expect(spoke().diff(pod(namespace, 'refused'))).rejects.toThrow('webhook webhook.networkservicemesh.io');
    });
  await spoke().create(pod('default', 'free'));
  await spoke().delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'free' });
  const step = workerHealthy(joined.fleet, joined.fleet.clusters[1]!);
  await eventually(async () => {
    await keepDown();
    // A restart of the operator meets it.
    const { items } = await spoke().list({ apiVersion: 'v1', kind: 'Pod', namespace: WORKER_NAMESPACE, labelSelector: 'control-plane' });
    for (const { metadata } of items) await spoke().delete({ apiVersion: 'v1', kind: 'Pod', namespace: WORKER_NAMESPACE, name: metadata.name });
    const verdict = await step.verify(joined.context);
    const problem = verdict.healthy ? undefined : verdict.problem;
    expect(problem?.evidence[0]).toMatch(
      /^Deployment kubeslice-system\/kubeslice-operator of osaka cannot create its pods: Internal error occurred: failed calling webhook "webhook\.networkservicemesh\.io"/,
    );
    expect(plainText(problem!.remedy)).toContain('Bring back what answers webhook webhook.networkservicemesh.io on osaka');
  });
  await spoke().merge(injector, { spec: { replicas: 2 } });
  await eventually(async () => expect(await available(operator)).toBe(1));
  await becomesHealthy(step, joined.context);
});

test('the Jobs of a worker do not tell which cluster they are of, its operator does', async () => {
  const jobs = (await spoke().list({ apiVersion: 'batch/v1', kind: 'Job', namespace: WORKER_NAMESPACE })).items;
  expect(jobs.map(({ metadata }) => metadata.name).toSorted()).toEqual(['kubeslice-install-crds', 'kubeslice-postdelete-job', 'nsm-install-crds']);
  expect(JSON.stringify(jobs)).not.toContain('osaka');
  expect(((await spoke().read(operator)) as any).spec.selector.matchLabels).toMatchObject({ 'spoke-cluster': 'osaka' });
});

test('the ranges of a cluster are the Prefixes of nsm-config, which are written again when somebody takes them out', async () => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: WORKER_NAMESPACE, name: 'nsm-config' };
  const text = async (): Promise<string> => ((await spoke().read(ref)) as any)?.data?.['excluded_prefixes_output.yaml'] ?? '';
  expect(await text()).toBe('Prefixes:\n- 10.101.0.0/16\n- 10.96.0.0/12\n');
  expect(((await joined.cluster('tokyo').read(clusterRef(joined.fleet, 'osaka'))) as any).status.cniSubnet).toEqual([
    '10.101.0.0/16',
    '10.96.0.0/12',
  ]);
  await spoke().merge(ref, { data: { 'excluded_prefixes_output.yaml': null } });
  await eventually(async () => expect(await text()).toContain('- 10.101.0.0/16'));
});

test('a helm upgrade gives the webhook a new certificate, which nobody trusts until the controller reads it, and pgdist waits', async () => {
  const { fleet, context, cluster } = joined;
  const { chart, version } = fleet.kubeslice;
  await context.helm.upgrade(
    {
      cluster: fleet.hub,
      release: 'kubeslice-controller',
      namespace: 'kubeslice-controller',
      chart,
      version,
      values: { kubeslice: { controller: { logLevel: 'info', endpoint: fleet.hubApiServer } }, ocm: { enabled: true } },
      secretValues: {},
      labels: {},
    },
    { signal: context.signal, timeoutMs: patienceMs(), onLine: () => undefined },
  );
  await eventually(async () =>
    expect(
      await cluster('tokyo')
        .diff(projectManifest(fleet))
        .catch((error: unknown) => error),
    ).toMatchObject({
      name: 'WebhookNotYetError',
      obstacle: expect.stringContaining('x509: certificate signed by unknown authority'),
    }),
  );
  const verdict = await controllerInstalled(fleet).verify(context);
  expect(verdict).toMatchObject({ healthy: false, waitingFor: "KubeSlice's webhook does not answer" });
  const problem = verdict.healthy ? undefined : verdict.problem;
  expect(problem?.evidence.join('\n')).toContain('x509');
  expect(plainText(problem!.remedy)).toContain('Wait two minutes');
  expect(await becomesHealthy(controllerInstalled(fleet), context)).toMatchObject({ healthy: true });
});
