import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../../../src/domain/finding.ts';
import type { Step } from '../../../src/steps/context.ts';
import { placementPolicy } from '../../../src/steps/kubedb/placement-policy.ts';
import { databaseCreated } from '../../../src/steps/postgres/database-created.ts';
import { namespaceOnSlice } from '../../../src/steps/postgres/namespace.ts';
import { podsRunning } from '../../../src/steps/postgres/pods-running.ts';
import { replicationStreaming } from '../../../src/steps/postgres/replication-streaming.ts';
import { secretPresent } from '../../../src/steps/postgres/secret-present.ts';
import { database, fleet, kubedbFleet, type KubedbFleet } from '../../support/kubedb-fleet.ts';
import { stepBench, type StepBench } from '../../support/step-bench.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { eventually } from '../../support/eventually.ts';

let world: KubedbFleet;
let bench: StepBench;

beforeAll(async () => {
  world = await kubedbFleet();
  bench = stepBench(fleet, [world.hub.api, world.worker.api], { licence: world.licence });
});
afterAll(async () => {
  await bench.close();
  await world.close();
});

const healthy = async (step: Step): Promise<Extract<Verdict, { healthy: true }>> => {
  const verdict = await becomesHealthy(step, bench.context);
  if (!verdict.healthy) throw new Error(`${step.id}: ${verdict.waitingFor}\n${verdict.problem.evidence.join('\n')}`);
  return verdict;
};

const unhealthy = (step: Step, holds: (verdict: Extract<Verdict, { healthy: false }>) => void): Promise<void> =>
  eventually(
    async () => {
      const verdict = await step.verify(bench.context);
      if (verdict.healthy) throw new Error(`${step.id} is healthy: ${verdict.evidence}`);
      holds(verdict);
    },
    { everyMs: 250 },
  );

test('a database is declared, spread over two clusters and replicates', async () => {
  await eventually(
    async () =>
      expect(
        (await world.hub.client.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kubedb' })).every(
          ({ status }) => status?.readyReplicas === 1,
        ),
      ).toBe(true),
    { everyMs: 250 },
  );
  const steps = [placementPolicy(fleet, database), namespaceOnSlice(fleet, database, 'demo-worker'), databaseCreated(fleet, database)];
  for (const step of steps) {
    const finding = await step.check(bench.context);
    expect([step.id, finding.kind]).not.toContain('blocked');
    if (finding.kind === 'change') await step.apply(bench.context);
    await healthy(step);
    expect((await step.check(bench.context)).kind).toBe('in-place');
  }
  await healthy(podsRunning(fleet, database, 'demo-controller'));
  await healthy(podsRunning(fleet, database, 'demo-worker'));
  await healthy(secretPresent(fleet, database, 'demo-worker'));
  const verdict = await healthy(replicationStreaming(fleet, database));
  expect(verdict.evidence).toBe('primary postgres-0 on demo-controller, 2 of 2 standbys streaming');
  expect(verdict.replication?.rows.map(({ pod, role, state, via }) => [pod, role, state, via])).toEqual([
    ['postgres-0', 'primary', 'running', undefined],
    ['postgres-1', 'standby', 'streaming', 'slice'],
    ['postgres-2', 'standby', 'streaming', 'local'],
  ]);
  expect(world.errors).toEqual([]);
});

const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name });

const NO_NEW_PODS = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'no-new-pods' },
  webhooks: [
    {
      name: 'no-new-pods.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
  ],
};

test('a standby whose server is down is named with the time of its end, while KubeDB still says Ready', async () => {
  const before = new Date();
  before.setMilliseconds(0);
  const phase = async (): Promise<string> =>
    (await world.hub.client.get({ apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace: 'demo', name: 'postgres' }))?.status?.phase;
  await eventually(async () => expect(await phase()).toBe('Ready'), { everyMs: 250 });
  // What the hub believes is older than what is so; held still, as no test can be faster than that on a busy machine.
  world.reporting = false;
  world.hub.basics.faults.stopContainer('demo', 'postgres-2');
  await unhealthy(replicationStreaming(fleet, database), ({ problem, replication, waitingFor }) => {
    expect(waitingFor).toBe('primary postgres-0 on demo-controller, 1 of 2 standbys streaming');
    expect(problem.code).toBe('PGD-062');
    const row = replication?.rows[2];
    expect(row).toMatchObject({ state: 'missing', missingSince: { source: 'its container ended on demo-controller' } });
    expect(Date.parse(row?.missingSince?.at ?? '')).toBeGreaterThanOrEqual(before.getTime());
  });
  expect(await phase()).toBe('Ready');
  world.reporting = true;
  await unhealthy(podsRunning(fleet, database, 'demo-controller'), ({ problem }) => {
    expect(problem.code).toBe('PGD-060');
    expect(problem.evidence.join('\n')).toContain('postgres: CrashLoopBackOff');
  });
  world.hub.basics.faults.startContainer('demo', 'postgres-2');
  await healthy(replicationStreaming(fleet, database));
});

test('a cut slice takes the standby of the other cluster away', async () => {
  world.tunnel = false;
  await unhealthy(replicationStreaming(fleet, database), ({ problem }) => {
    expect(problem.code).toBe('PGD-062');
    expect(problem.evidence).toEqual([expect.stringContaining('postgres-1 on demo-worker is not seen by the primary')]);
  });
  world.tunnel = true;
  await healthy(replicationStreaming(fleet, database));
});

test('a pod deleted on its spoke is gone for the primary at once, and made again by the work agent', async () => {
  const uid = (await world.worker.client.get(pod('postgres-1')))?.metadata.uid;
  // A webhook that is away refuses every new pod: the pod stays gone until somebody has looked, however busy the machine is.
  await world.worker.client.apply(NO_NEW_PODS);
  await world.worker.client.delete(pod('postgres-1'));
  await unhealthy(replicationStreaming(fleet, database), ({ replication }) =>
    expect(replication?.rows[1]).toMatchObject({
      state: 'missing',
      error: 'its pod does not exist',
      missingSince: { source: 'ManifestWork not Available on the hub' },
    }),
  );
  const { apiVersion, kind, metadata } = NO_NEW_PODS;
  await world.worker.client.delete({ apiVersion, kind, name: metadata.name });
  await healthy(podsRunning(fleet, database, 'demo-worker'));
  expect((await world.worker.client.get(pod('postgres-1')))?.metadata.uid).not.toBe(uid);
  await healthy(replicationStreaming(fleet, database));
});

test('replicas, version and storage of a database that exists are told of and left', async () => {
  const finding = await databaseCreated(fleet, { ...database, replicas: 5, version: '17.5', storage: '4Gi' }).check(bench.context);
  expect(finding).toMatchObject({
    kind: 'in-place',
    warnings: [
      'replicas is 3, configured is 5; it is left so: a PostgresOpsRequest of type HorizontalScaling changes it',
      'version is 17.2, configured is 17.5; it is left so: a PostgresOpsRequest of type UpdateVersion changes it',
      'storage is 2Gi, configured is 4Gi; it is left so: a PostgresOpsRequest of type VolumeExpansion changes it',
    ],
  });
});

test('a policy keeps indices that others added to grow into, and never moves one', async () => {
  const more = { ...database, placement: { 'demo-controller': [0, 2], 'demo-worker': [1, 3] } };
  const grow = placementPolicy(fleet, more);
  expect((await grow.check(bench.context)).kind).toBe('change');
  await grow.apply(bench.context);
  expect((await placementPolicy(fleet, database).check(bench.context)).kind).toBe('in-place');
  const moved = placementPolicy(fleet, { ...database, placement: { 'demo-controller': [0, 1], 'demo-worker': [2] } });
  expect(await moved.check(bench.context)).toMatchObject({
    kind: 'blocked',
    problems: [
      {
        code: 'PGD-045',
        evidence: ['replica 1 is on demo-worker, wanted on demo-controller', 'replica 2 is on demo-controller, wanted on demo-worker'],
      },
    ],
  });
});

test('deleting the database ends its servers and leaves the works of its volumes', async () => {
  await world.hub.client.delete({ apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace: 'demo', name: 'postgres' });
  await eventually(
    async () => {
      const [works, pods] = await Promise.all([
        world.hub.client.list({ apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' }),
        world.worker.client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo' }),
      ]);
      expect(pods).toEqual([]);
      expect(works.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).toSorted()).toEqual([
        'demo-controller/data-postgres-0',
        'demo-controller/data-postgres-2',
        'demo-controller/postgres-auth',
        'demo-worker/data-postgres-1',
        'demo-worker/postgres-auth',
      ]);
    },
    { everyMs: 250 },
  );
});
