import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorClient, type OperatorClient } from '../../playground/control/kit.ts';
import { simulatedTime } from '../../playground/control/simulated-time.ts';
import { startKubernetesApi, type KubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { startClusterBasics } from '../../playground/node/basics.ts';
import { applyFullCrds, readCrds } from '../../playground/real/crds.ts';
import { stepsOf } from '../../src/domain/procedure.ts';
import { plainText, told as text } from '../../src/domain/text.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { restingOnPods } from '../../src/steps/resting-on-pods.ts';
import type { Step } from '../../src/steps/context.ts';
import { CLOSED_WEBHOOK, closedWebhook } from '../support/closed-webhook.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { stepBench, type StepBench } from '../support/step-bench.ts';
import { pathOf } from '../support/step-contract.ts';

const HUB = testFleet.hub;
const [OCM, OCM_HUB, OCM_AGENT] = ['open-cluster-management', 'open-cluster-management-hub', 'open-cluster-management-agent'] as const;
const [CONTROLLER, WORKER, INJECTOR] = ['kubeslice-controller', 'kubeslice-system', 'kubeslice-nsm-webhook-system'] as const;
const KUBEDB = testFleet.kubedb.namespace;
const DNS = 'kube-system';

/** The namespaces whose pods each step of the procedure waits for, on the hub and on the cluster that the step is about (every one, if it is about all). */
const AWAITED: Readonly<Record<string, { readonly hub?: readonly string[]; readonly own?: readonly string[] }>> = {
  'ocm/hub-initialised': { hub: [OCM, OCM_HUB] },
  'ocm/spoke-joined': { own: [OCM, OCM_AGENT] },
  'ocm/spoke-accepted': { own: [OCM, OCM_AGENT] },
  'ocm/work-agent-tuned': { own: [OCM, OCM_AGENT] },
  'kubeslice/controller-installed': { hub: [CONTROLLER] },
  'kubeslice/project-ready': { hub: [CONTROLLER] },
  'kubeslice/cluster-registered': { hub: [CONTROLLER] },
  'kubeslice/worker-rendered': { hub: [CONTROLLER], own: [OCM, OCM_AGENT] },
  'kubeslice/worker-named': { own: [OCM, OCM_AGENT] },
  'kubeslice/worker-healthy': { own: [WORKER, INJECTOR] },
  'kubeslice/slice-configured': { hub: [CONTROLLER], own: [WORKER, INJECTOR] },
  'kubeslice/tunnel-up': { hub: [CONTROLLER], own: [WORKER, INJECTOR] },
  'coredns/slice-names-forwarded': { own: [DNS] },
  'coredns/slice-names-resolve': { own: [DNS, WORKER, INJECTOR] },
  'kubedb/operator-installed': { hub: [KUBEDB] },
  'kubedb/placement-policy': { hub: [KUBEDB] },
  'kubedb/petset-agent': { own: [OCM, OCM_AGENT] },
  'postgres/database-created': { hub: [KUBEDB] },
  'postgres/pods-running': { hub: [KUBEDB], own: [OCM, OCM_AGENT] },
  'postgres/secret-present': { hub: [KUBEDB], own: [OCM, OCM_AGENT] },
};
/** Of what a person or pgdist itself does at once, of database pods, which KubeDB makes through ManifestWorks, and of what they tell. */
const AWAITS_NONE = ['preflight/fleet-claimed', 'kubeslice/gateway-labelled', 'postgres/namespace', 'postgres/replication-streaming'];

const steps = stepsOf(distributedPostgres(testFleet, testDatabase)).filter(({ gate }) => gate !== true);
const PLACES = ['tokyo', 'osaka'].flatMap((cluster) =>
  [OCM, OCM_HUB, OCM_AGENT, CONTROLLER, WORKER, INJECTOR, KUBEDB, DNS].map((namespace) => ({ cluster, namespace })),
);
const restsOn = (step: Step, { cluster, namespace }: (typeof PLACES)[number]): boolean => {
  const { hub = [], own = [] } = AWAITED[pathOf(step)] ?? {};
  const about = step.id.split('@')[1]?.split('~') ?? ['tokyo', 'osaka'];
  return (cluster === HUB && hub.includes(namespace)) || (about.includes(cluster) && own.includes(namespace));
};

let apis: KubernetesApi[];
let bench: StepBench;
const clients = new Map<string, OperatorClient>();
const ending = new AbortController();
beforeAll(async () => {
  const crds = await readCrds(join(import.meta.dirname, '../../playground/crds'));
  apis = await Promise.all(['tokyo', 'osaka'].map((name) => startKubernetesApi({ name })));
  bench = stepBench(testFleet, apis);
  for (const api of apis) {
    const connection = { name: api.name, server: api.url, ca: api.caPem, token: api.adminToken };
    const client = operatorClient(connection, 'test');
    clients.set(api.name, client);
    await applyFullCrds(client, crds);
    for (const { namespace } of PLACES) await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await startClusterBasics({
      connection,
      api,
      time: simulatedTime(50),
      nodes: [{ name: `${api.name}-1`, address: '10.250.0.10' }],
      signal: ending.signal,
      onError: () => undefined,
    });
    // A cluster whose DNS runs: its pods were made before anything refused them.
    await eventually(async () => {
      const dns = await client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: DNS, name: 'coredns' });
      if (dns?.status?.availableReplicas !== 2) throw new Error('CoreDNS does not run yet');
    });
    await client.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubeslice-dns', namespace: WORKER },
      spec: { ports: [{ port: 53, protocol: 'UDP' }] },
    });
    await client.create(closedWebhook(...PLACES.map(({ namespace }) => namespace)));
  }
});
afterAll(async () => {
  ending.abort();
  await bench?.close();
  await Promise.all([...clients.values()].map((client) => client.close()));
  await Promise.all(apis?.map((api) => api.close()) ?? []);
});

test('every step of the procedure says whose pods it waits for, or that it waits for none', () => {
  expect([...Object.keys(AWAITED), ...AWAITS_NONE].toSorted()).toEqual([...new Set(steps.map(pathOf))].toSorted());
});

test.each(PLACES)('pods of $namespace on $cluster that are refused are told by every step that waits for them, and by no other', async (place) => {
  const { cluster, namespace } = place;
  const client = clients.get(cluster)!;
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  // In kube-system a step waits for its DNS alone.
  const name = namespace === DNS ? 'coredns-custom' : 'wanted';
  const ref = { ...kind, namespace, name };
  const labels = { app: 'wanted' };
  await client.create({
    ...kind,
    metadata: { namespace, name: ref.name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'any' }] } } },
  });
  await eventually(async () => {
    const deployment = await client.get(ref);
    expect(deployment?.status?.conditions.map(({ type }: { type: string }) => type)).toContain('ReplicaFailure');
  });
  const told = `Deployment ${namespace}/${name} of ${cluster} cannot create its pods: Internal error occurred: failed calling webhook "${CLOSED_WEBHOOK}"`;
  const looked = async (step: Step): Promise<void> => {
    const verdict = await step.verify(bench.context);
    const problem = verdict.healthy ? undefined : verdict.problem;
    const evidence = problem?.evidence.join('\n') ?? '';
    expect(evidence.includes(told), step.id).toBe(restsOn(step, place));
    if (!restsOn(step, place)) return;
    expect(verdict, step.id).toMatchObject({
      waitingFor: expect.stringContaining(`Deployment ${namespace}/${name} of ${cluster} cannot create its pods`),
    });
    expect(plainText(problem!.remedy), step.id).toContain(`Bring back what answers webhook ${CLOSED_WEBHOOK} on ${cluster}`);
  };
  for (const step of steps)
    await eventually(() =>
      looked(step).catch(async (error: unknown) => {
        await forgetEvents(PLACES.filter((other) => other !== place));
        throw error;
      }),
    );
  await client.delete(ref);
  await forgetEvents([place]);
});

/** Refusals are told as events for an hour: those of one namespace are not the next one's. A controller may write one more of what was just deleted. */
const forgetEvents = async (places: readonly (typeof PLACES)[number][]): Promise<void> => {
  for (const { cluster, namespace } of places) {
    const client = clients.get(cluster)!;
    for (const { metadata } of await client.list({ apiVersion: 'v1', kind: 'Event', namespace }))
      await client.delete({ apiVersion: 'v1', kind: 'Event', namespace, name: metadata.name });
  }
};

test('what apply found missing is told with the pods that are refused', async () => {
  const client = clients.get('osaka')!;
  await client.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: WORKER, name: 'install' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'any' }] } } },
  });
  await eventually(async () => expect(await client.list({ apiVersion: 'v1', kind: 'Event', namespace: WORKER })).not.toEqual([]));
  const [step] = steps;
  const failing = restingOnPods([{ cluster: 'osaka', namespace: WORKER }], {
    ...step!,
    apply: async () => {
      throw new ProblemError({ code: 'PGD-023', what: text`nobody asked`, evidence: ['no request came'], remedy: text`Look.` });
    },
  });
  await expect(failing.apply(bench.context)).rejects.toMatchObject({
    problems: [
      { code: 'PGD-023', evidence: [expect.stringContaining('Job kubeslice-system/install of osaka cannot create its pods'), 'no request came'] },
    ],
  });
});
