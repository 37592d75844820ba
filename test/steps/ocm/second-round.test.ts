import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorClient } from '../../../playground/control/kit.ts';
import type { ApplyContext, Step } from '../../../src/steps/context.ts';
import { hubInitialised } from '../../../src/steps/ocm/hub-initialised.ts';
import { KLUSTERLET, managedClusterRef } from '../../../src/steps/ocm/objects.ts';
import { spokeAccepted } from '../../../src/steps/ocm/spoke-accepted.ts';
import { spokeJoined } from '../../../src/steps/ocm/spoke-joined.ts';
import { workAgentTuned } from '../../../src/steps/ocm/work-agent-tuned.ts';
import { eventually } from '../../support/eventually.ts';
import { testFleet } from '../../support/fleet.ts';
import { ocmFleet, type OcmFleet } from '../../support/ocm-fleet.ts';
import { scaledClock } from '../../support/scaled-clock.ts';
import { requestOfAgent } from '../../support/signing-request.ts';
import { becomesHealthy } from '../../support/step-contract.ts';

const SPEED = 50;
let world: OcmFleet;
/** With a clock that goes as fast as the agents do. */
let context: ApplyContext;
const start = async (...steps: readonly Step[]): Promise<void> => {
  world = await ocmFleet({ speed: SPEED });
  context = { ...world.context, clock: scaledClock(SPEED) };
  await make(...steps);
};

const osaka = testFleet.clusters[1]!;
const hubReady = hubInitialised(testFleet);
const joined = spokeJoined(testFleet, osaka);
const accepted = spokeAccepted(testFleet, osaka);
const tuned = workAgentTuned(testFleet, osaka);
const AGENTS = 'open-cluster-management-agent';
const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
const LABEL = 'open-cluster-management.io/cluster-name';

const make = async (...steps: readonly Step[]): Promise<void> => {
  for (const step of steps) {
    if ((await step.check(context)).kind === 'change') await step.apply(context);
    expect(await becomesHealthy(step, context)).toMatchObject({ healthy: true });
  }
};
const hub = () => context.cluster('tokyo');
const spoke = () => context.cluster('osaka');
const requests = async () => (await hub().list({ ...CSR, labelSelector: `${LABEL}=osaka` })).items;
const conditionsOf = async (name: string) => {
  const found = (await requests()).find(({ metadata }) => metadata.name === name);
  return (found?.['status'] as { conditions?: { type: string }[] } | undefined)?.conditions ?? [];
};
describe('a spoke whose agent has not joined yet', () => {
  beforeAll(() => start(hubReady, joined));
  afterAll(() => world.close());

  test('is told of with what became of each request in its name', async () => {
    await eventually(async () => expect(await requests()).toHaveLength(1));
    const { url, caPem } = world.apis.get('tokyo')!;
    const token = await hub().token({ namespace: 'open-cluster-management', name: 'agent-registration-bootstrap' }, 600);
    const other = operatorClient({ name: 'tokyo', server: url, ca: caPem, token }, 'another-agent');
    for (const name of ['osaka-denied', 'osaka-other'])
      await other.create({
        ...CSR,
        metadata: { name, labels: { [LABEL]: 'osaka' } },
        spec: {
          request: Buffer.from(await requestOfAgent('osaka', name)).toString('base64'),
          signerName: 'kubernetes.io/kube-apiserver-client',
          usages: ['digital signature', 'key encipherment', 'client auth'],
        },
      });
    await other.close();
    const admin = world.admins.get('tokyo')!;
    const denied = { type: 'Denied', status: 'True', reason: 'Test', message: '' };
    await admin.merge({ ...CSR, name: 'osaka-denied' }, { status: { conditions: [denied] } }, 'approval');
    await admin.merge(managedClusterRef('osaka'), { spec: { hubAcceptsClient: true } });
    const verdict = await eventually(async () => {
      const seen = await accepted.verify(context);
      expect(seen).toMatchObject({ healthy: false, waitingFor: expect.stringContaining('ManagedClusterJoined') as unknown });
      return seen;
    });
    const evidence = verdict.healthy ? '' : verdict.problem.evidence.join('\n');
    expect(evidence).toMatch(/osaka-denied of \S+ was denied or failed/);
    expect(evidence).toMatch(/osaka-other of \S+ is pending/);
    expect(evidence).toMatch(/osaka-[a-z0-9]{5} of \S+ is pending/);
  });

  test('and whose join token went bad is joined again, which a plan calls a change and which keeps the settings of others', async () => {
    const others = [
      { feature: 'ExecutorValidatingCaches', mode: 'Enable' },
      { feature: 'RawFeedbackJsonString', mode: 'Enable' },
    ];
    const workConfiguration = { featureGates: others, statusSyncInterval: '5s', kubeAPIQPS: 200 };
    await world.admins.get('osaka')!.merge(KLUSTERLET, { spec: { workConfiguration } });
    await spoke().delete({ apiVersion: 'v1', kind: 'Secret', namespace: AGENTS, name: 'bootstrap-hub-kubeconfig' });
    await eventually(async () => expect(await joined.check(context)).toMatchObject({ kind: 'change' }));
    expect(await joined.check(context)).toMatchObject({
      changes: [{ action: 'change', object: 'Klusterlet klusterlet', impact: expect.stringMatching(/^joins again: /) as unknown }],
    });
    await joined.apply(context);
    expect((await spoke().read(KLUSTERLET))?.['spec']).toMatchObject({ workConfiguration });
  });

  test('has its request approved when that comes minutes later, after the lease of its predecessor', async () => {
    const before = (await requests()).map(({ metadata }) => metadata.name);
    const began = context.clock.monotonicMs();
    await accepted.apply(context);
    expect(context.clock.monotonicMs() - began).toBeGreaterThan(100_000);
    expect(await becomesHealthy(accepted, context)).toMatchObject({ healthy: true });
    // What earlier agents asked for is of no use to this one.
    for (const name of before) expect((await conditionsOf(name)).filter(({ type }) => type === 'Approved')).toEqual([]);
  });
});

describe('an accepted spoke', () => {
  beforeAll(() => start(hubReady, joined, accepted, tuned));
  afterAll(() => world.close());

  test('starts its work agent once, with its settings: the first to hold the lock is the last', async () => {
    const { items } = await spoke().list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: AGENTS });
    expect(items.filter(({ metadata }) => metadata.name.startsWith('klusterlet-work-agent'))).toHaveLength(1);
    const lock = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: AGENTS, name: 'work-agent-lock' };
    expect((await spoke().read(lock))?.['spec']).toMatchObject({ leaseTransitions: 0 });
  });

  test('whose work agent is rolled out is not tuned before the new agent holds the lock of the old one', async () => {
    await world.admins.get('osaka')!.merge(KLUSTERLET, { spec: { workConfiguration: { hubKubeAPIQPS: 70 } } });
    expect((await tuned.check(context)).kind).toBe('in-place');
    await eventually(async () =>
      expect(await tuned.verify(context)).toMatchObject({
        healthy: false,
        waitingFor: expect.stringMatching(/waits for Lease work-agent-lock, .* a pod that is gone/) as unknown,
        problem: { code: 'PGD-024' },
      }),
    );
    expect(await becomesHealthy(tuned, context)).toMatchObject({ healthy: true });
  });

  test('that is being deleted on the hub is not joined: the plan is blocked with the name of the finalizer', async () => {
    await world.admins.get('tokyo')!.merge(managedClusterRef('osaka'), { metadata: { finalizers: ['example.com/held'] } });
    await hub().delete(managedClusterRef('osaka'));
    expect(await joined.check(context)).toMatchObject({
      kind: 'blocked',
      problems: [
        {
          code: 'PGD-088',
          what: 'ManagedCluster osaka of tokyo is being deleted',
          evidence: expect.arrayContaining(['held by finalizer example.com/held']) as unknown,
        },
      ],
    });
  });
});
