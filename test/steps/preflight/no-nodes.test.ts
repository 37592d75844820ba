import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorClient } from '../../../playground/control/kit.ts';
import { startKubernetesApi, type KubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import { distributedPostgres } from '../../../src/procedures/distributed-postgres.ts';
import { planWalk } from '../../../src/walk/walk-plan.ts';
import { testDatabase, testFleet } from '../../support/fleet.ts';
import { steadyRandom } from '../../support/manual-clock.ts';
import { stepBench, type StepBench } from '../../support/step-bench.ts';

let apis: KubernetesApi[];
let bench: StepBench;
beforeAll(async () => {
  apis = await Promise.all(testFleet.clusters.map(({ name }) => startKubernetesApi({ name })));
  bench = stepBench(testFleet, apis);
});
afterAll(async () => {
  await bench?.close();
  await Promise.all(apis?.map((api) => api.close()) ?? []);
});

/** A node that is Ready, cordoned or not. */
const addNode = async (cluster: string, name: string, { cordoned = false } = {}): Promise<void> => {
  const api = apis.find((one) => one.name === cluster)!;
  const client = operatorClient({ name: cluster, server: api.url, ca: api.caPem, token: api.adminToken }, 'test');
  await client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { unschedulable: cordoned } });
  await client.setStatus({ apiVersion: 'v1', kind: 'Node', name }, (status) => {
    status.conditions = [{ type: 'Ready', status: 'True' }];
    status.capacity = { cpu: '4', memory: '16Gi' };
  });
  await client.close();
};
const remove = (cluster: string, name: string) => bench.context.cluster(cluster).delete({ apiVersion: 'v1', kind: 'Node', name });

/** Problems of the whole plan that are about nodes of a cluster, as 'code step'. */
const problemsOf = async (cluster: string, gatewayNode = 'auto'): Promise<string[]> => {
  const fleet = {
    ...testFleet,
    clusters: testFleet.clusters.map((one) => (one.name === cluster ? { ...one, gateway: { ...one.gateway, node: gatewayNode } } : one)),
  };
  const plan = await planWalk(distributedPostgres(fleet, testDatabase), { ...bench.context, fleet, random: steadyRandom() });
  return plan
    .filter((step) => step.cluster === cluster)
    .flatMap(({ id, finding }) => (finding.kind === 'blocked' ? finding.problems.map(({ code }) => `${code} ${id}`) : []))
    .filter((problem) => /^PGD-0(?:11|32)/.test(problem));
};

test('a cluster without nodes is one problem of the plan', async () => {
  expect(await problemsOf('osaka')).toEqual(['PGD-011 preflight/nodes-large-enough@osaka']);
  expect(await problemsOf('osaka', 'osaka-1')).toEqual(['PGD-011 preflight/nodes-large-enough@osaka']);
});

test('a cluster none of whose nodes takes pods is one problem too', async () => {
  await addNode('osaka', 'osaka-1', { cordoned: true });
  expect(await problemsOf('osaka')).toEqual(['PGD-011 preflight/nodes-large-enough@osaka']);
  await remove('osaka', 'osaka-1');
});

test('a gateway node that cannot serve on a cluster whose other nodes can is the gateway’s own problem', async () => {
  await addNode('osaka', 'osaka-1', { cordoned: true });
  await addNode('osaka', 'osaka-2');
  expect(await problemsOf('osaka', 'osaka-1')).toEqual(['PGD-032 kubeslice/gateway-labelled@osaka']);
  await remove('osaka', 'osaka-1');
  await remove('osaka', 'osaka-2');
});
