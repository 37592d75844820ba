import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotYetError } from '../../../src/domain/problem.ts';
import { agentRequest } from '../../../playground/operators/ocm/spoke/csr.ts';
import type { Step } from '../../../src/steps/context.ts';
import { hubInitialised } from '../../../src/steps/ocm/hub-initialised.ts';
import { spokeAccepted } from '../../../src/steps/ocm/spoke-accepted.ts';
import { spokeJoined } from '../../../src/steps/ocm/spoke-joined.ts';
import { workAgentTuned } from '../../../src/steps/ocm/work-agent-tuned.ts';
import { CLUSTER_MANAGER, KLUSTERLET, managedClusterRef } from '../../../src/steps/ocm/objects.ts';
import { ocmFleet, type OcmFleet } from '../../support/ocm-fleet.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { testFleet } from '../../support/fleet.ts';
import { eventually } from '../../support/eventually.ts';

let world: OcmFleet;
beforeEach(async () => {
  world = await ocmFleet();
});
afterEach(() => world.close());

const osaka = testFleet.clusters[1]!;
const hubReady = hubInitialised(testFleet);
const joined = spokeJoined(testFleet, osaka);
const accepted = spokeAccepted(testFleet, osaka);
const tuned = workAgentTuned(testFleet, osaka);

const make = async (...steps: readonly Step[]): Promise<void> => {
  for (const step of steps) {
    await step.apply(world.context);
    expect(await becomesHealthy(step, world.context)).toMatchObject({ healthy: true });
  }
};
const hub = () => world.context.cluster('tokyo');
const spoke = () => world.context.cluster('osaka');
const LABEL = 'open-cluster-management.io/cluster-name';
const MANAGED_CLUSTER = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' };
const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' };
const pendingRequests = async (): Promise<string[]> => {
  const { items } = await hub().list({ ...CSR, labelSelector: `${LABEL}=osaka` });
  return items
    .filter(({ status }) => (status as { conditions?: unknown[] } | undefined)?.conditions === undefined)
    .map(({ metadata }) => metadata.name);
};
const untilRequested = () => eventually(async () => expect(await pendingRequests()).not.toEqual([]));

test('on bare clusters the later steps say what they wait for', async () => {
  await expect(accepted.check(world.context)).rejects.toThrow(NotYetError);
  await expect(tuned.check(world.context)).rejects.toThrow('Klusterlet klusterlet on osaka');
  expect(await joined.check(world.context)).toMatchObject({ kind: 'change' });
});

test('a hub that exists keeps its gates and is not initialised again', async () => {
  await make(hubReady);
  const other = { feature: 'CloudEventsDrivers', mode: 'Enable' };
  await world.admins.get('tokyo')!.merge(CLUSTER_MANAGER, { spec: { workConfiguration: { featureGates: [other] } } });
  const before = (await hub().read(CLUSTER_MANAGER))?.['spec'];
  expect(await hubReady.check(world.context)).toMatchObject({
    kind: 'change',
    changes: [{ action: 'change', fields: [{ from: [other], to: [other, { feature: 'ManifestWorkReplicaSet', mode: 'Enable' }] }] }],
  });
  await make(hubReady);
  expect((await hub().read(CLUSTER_MANAGER))?.['spec']).toEqual({
    ...(before as object),
    workConfiguration: expect.objectContaining({ featureGates: [other, { feature: 'ManifestWorkReplicaSet', mode: 'Enable' }] }) as unknown,
  });
});

test('a spoke under another name, and a name that another cluster has, are left alone', async () => {
  await make(hubReady);
  await hub().create({ ...MANAGED_CLUSTER, metadata: { name: 'osaka' }, spec: { hubAcceptsClient: true } });
  expect(await joined.check(world.context)).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'PGD-022', what: 'the hub knows another cluster as osaka' }],
  });
  await expect(joined.apply(world.context)).rejects.toThrow('the hub knows another cluster as osaka');
  await hub().delete(managedClusterRef('osaka'));
  await eventually(async () => expect(await hub().read(managedClusterRef('osaka'))).toBeUndefined());

  await make(joined);
  await world.admins.get('osaka')!.merge(KLUSTERLET, { spec: { clusterName: 'kyoto' } });
  expect(await joined.check(world.context)).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-022', what: 'osaka is registered as kyoto' }] });
  expect(await joined.verify(world.context)).toMatchObject({ healthy: false, final: true });
});

test('a spoke whose pods do not reach the hub is told so with the address', async () => {
  await make(hubReady);
  world.network.cut('osaka');
  await joined.apply(world.context);
  const verdict = await eventually(async () => {
    const seen = await joined.verify(world.context);
    expect(seen).toMatchObject({
      healthy: false,
      problem: { code: 'PGD-017', what: 'pods of osaka cannot reach the hub at https://10.0.0.1:6443' },
    });
    return seen;
  });
  expect(verdict).toMatchObject({ problem: { evidence: [expect.stringContaining('HubConnectionDegraded is True')] } });
  expect(await joined.check(world.context)).toMatchObject({ kind: 'in-place' });
});

test('a join token that is gone before acceptance is replaced by joining again', async () => {
  await make(hubReady, joined);
  await spoke().delete({ apiVersion: 'v1', kind: 'Secret', namespace: 'open-cluster-management-agent', name: 'bootstrap-hub-kubeconfig' });
  await eventually(async () =>
    expect(await joined.check(world.context)).toMatchObject({
      kind: 'change',
      changes: [{ impact: expect.stringMatching(/^joins again: .*BootstrapSecretMissing/) as unknown }],
    }),
  );
  await make(joined, accepted);
});

test("of several agents the spoke's newest is approved, and no stranger who borrows the label", async () => {
  await make(hubReady, joined);
  await untilRequested();
  const [own] = await pendingRequests();
  const request = async (agent: string, cluster: string): Promise<string> =>
    Buffer.from((await agentRequest(cluster, agent)).request).toString('base64');
  const post = (name: string, pem: string) =>
    hub().create({
      ...CSR,
      metadata: { name, labels: { [LABEL]: 'osaka' } },
      spec: { request: pem, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
    });
  await post('stranger', await request('intruder', 'osaka'));
  await post('other-cluster', await request('agent', 'kyoto'));
  await make(accepted);
  expect((await pendingRequests()).toSorted()).toEqual(['other-cluster', 'stranger']);
  expect(await pendingRequests()).not.toContain(own);
});

test('an acceptance that an administrator took back is not given again', async () => {
  await make(hubReady, joined, accepted);
  await world.admins.get('tokyo')!.merge(managedClusterRef('osaka'), { spec: { hubAcceptsClient: false } });
  await eventually(async () => expect(await accepted.check(world.context)).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-023' }] }));
  await expect(accepted.apply(world.context)).rejects.toThrow('an administrator of tokyo denied osaka');
});

test('tuning keeps gates and higher rates of others', async () => {
  await make(hubReady, joined, accepted);
  const other = { feature: 'ExecutorValidatingCaches', mode: 'Enable' };
  await world.admins
    .get('osaka')!
    .merge(KLUSTERLET, { spec: { workConfiguration: { featureGates: [other], kubeAPIQPS: 200, hubKubeAPIBurst: 20 } } });
  await make(tuned);
  expect((await spoke().read(KLUSTERLET))?.['spec']).toMatchObject({
    workConfiguration: {
      featureGates: [other, { feature: 'RawFeedbackJsonString', mode: 'Enable' }],
      kubeAPIQPS: 200,
      hubKubeAPIBurst: 100,
      statusSyncInterval: '10s',
    },
  });
});
