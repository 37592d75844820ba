import { afterEach, expect, test } from 'vitest';
import type { Verdict } from '../../../src/domain/finding.ts';
import { makeLicence } from '../../../playground/operators/kubedb/licence.ts';
import type { Step } from '../../../src/steps/context.ts';
import { operatorInstalled } from '../../../src/steps/kubedb/operator-installed.ts';
import { placementPolicy } from '../../../src/steps/kubedb/placement-policy.ts';
import { databaseCreated } from '../../../src/steps/postgres/database-created.ts';
import { podsRunning } from '../../../src/steps/postgres/pods-running.ts';
import { database, fleet, installOperators, kubedbFleet, type KubedbFleet, type KubedbFleetOptions } from '../../support/kubedb-fleet.ts';
import { helmSecret } from '../../support/helm-record.ts';
import { stepBench, type StepBench } from '../../support/step-bench.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { eventually } from '../../support/eventually.ts';

let world: KubedbFleet;
let bench: StepBench;

const begin = async (options: KubedbFleetOptions = {}): Promise<void> => {
  world = await kubedbFleet(options);
  bench = stepBench(fleet, [world.hub.api, world.worker.api], { licence: world.licence });
};
afterEach(async () => {
  await bench?.close();
  await world?.close();
});

const declared = async (at = fleet): Promise<void> => {
  for (const step of [placementPolicy(at, database), databaseCreated(at, database)]) {
    await eventually(() => step.apply(bench.context), { everyMs: 250 });
    expect(await becomesHealthy(step, bench.context)).toMatchObject({ healthy: true });
  }
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

test('a spoke without the feedback gate is named as what holds up the next index, although its own pod runs', async () => {
  await begin({ rawFeedback: false });
  await declared();
  await unhealthy(podsRunning(fleet, database, 'demo-worker'), ({ problem }) => {
    expect(problem).toMatchObject({ code: 'PGD-024', what: 'demo-controller does not report the state of its pods to KubeDB' });
    expect(problem.evidence.join('\n')).toContain('ManifestWork demo-worker/postgres-1 does not exist yet');
    expect(problem.evidence.join('\n')).toContain('the value for ReadyCondition is not found');
  });
});

test('a storage class that the spoke lacks is told from the spoke: the hub sees nothing wrong', async () => {
  await begin();
  const { clusters } = fleet;
  await declared({ ...fleet, clusters: clusters.map((cluster) => ({ ...cluster, storageClass: 'nope' })) });
  await unhealthy(podsRunning(fleet, database, 'demo-controller'), ({ problem }) => {
    expect(problem.code).toBe('PGD-060');
    expect(problem.evidence.join('\n')).toContain('ProvisioningFailed: storageclass.storage.k8s.io "nope" not found');
    expect(problem.remedy).toContain('storage class');
  });
});

test('a namespace that the spoke lacks is named from the work, and the pod comes once it is there', async () => {
  await begin();
  await world.worker.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'demo' });
  await declared();
  await unhealthy(podsRunning(fleet, database, 'demo-worker'), ({ problem }) => {
    expect(problem.code).toBe('PGD-046');
    expect(problem.evidence.join('\n')).toContain('namespaces "demo" not found');
  });
  await world.worker.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  expect(await becomesHealthy(podsRunning(fleet, database, 'demo-worker'), bench.context)).toMatchObject({ healthy: true });
});

test('an operator that stops over its licence is told as a licence that is wrong', async () => {
  await begin({ operators: false });
  const wrong = await makeLicence({ clusterUid: '6f0c0000-0000-4000-8000-000000000000' });
  await installOperators(world.hub.client, wrong);
  await world.hub.client.apply(
    helmSecret({ name: 'kubedb', namespace: 'kubedb', revision: 1, status: 'deployed', version: 'v2026.2.26', config: {}, ours: false }),
  );
  await unhealthy(operatorInstalled(fleet, database), ({ problem }) => {
    expect(problem.code).toBe('PGD-041');
    expect(problem.evidence.join('\n')).toMatch(/License Verification Failed: x509: certificate is valid for 6f0c0000-\S+, not /);
    expect(problem.evidence.join('\n')).toContain('CrashLoopBackOff');
  });
});

test('a placement that the webhook refuses is told in its words', async () => {
  await begin();
  const sliceConfig = { apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'SliceConfig', namespace: 'kubeslice-demo', name: 'demo-slice' };
  const step = placementPolicy(fleet, database);
  await eventually(async () => expect((await step.check(bench.context)).kind).toBe('change'), { everyMs: 250 });
  await world.hub.client.merge(sliceConfig, { spec: { clusters: ['demo-controller'] } });
  expect(await step.check(bench.context)).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'PGD-045', evidence: ['slice demo-slice has demo-controller; missing: demo-worker'] }],
  });
  await eventually(() =>
    expect(step.apply(bench.context)).rejects.toThrow(
      "cluster 'demo-worker' specified in PlacementPolicy is not onboarded to slice 'demo-slice' in project 'kubeslice-demo'",
    ),
  );
});
