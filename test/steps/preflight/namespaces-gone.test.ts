import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { NeededRight } from '../../../src/domain/right.ts';
import type { StepContext } from '../../../src/steps/context.ts';
import { clusterReachable } from '../../../src/steps/preflight/cluster-reachable.ts';
import { testFleet } from '../../support/fleet.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const right = (namespace: string): NeededRight => ({
  cluster: 'tokyo',
  verb: 'list',
  group: 'apps',
  resource: 'deployments',
  namespace,
  why: 'see them',
  neededBy: ['a step'],
});
const [tokyo] = testFleet.clusters;

/** On a cluster that has namespace demo alone and grants nothing. */
const step = clusterReachable(testFleet, tokyo!, [right('demo'), right('kubeslice-system')]);
const onlyGone = clusterReachable(testFleet, tokyo!, [right('kubeslice-system')]);
const context = (): StepContext => {
  const cluster = { ...memoryCluster('tokyo'), allowed: async () => false, version: async () => 'v1.35.4' };
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  return { cluster: () => cluster, clock: systemClock } as unknown as StepContext;
};

test('rights that were bound in a namespace that is gone are none that a look misses: what should have made it tells why', async () => {
  expect(await onlyGone.verify(context())).toMatchObject({
    healthy: true,
    warnings: [expect.stringContaining('namespace kubeslice-system does not exist on tokyo: roles that were bound in it went with it')],
  });
  expect(await step.verify(context())).toMatchObject({
    problem: {
      code: 'PGD-002',
      evidence: [expect.stringContaining('kubeslice-system does not exist'), expect.stringContaining('namespace demo, needed')],
    },
  });
});

test('a deploy needs them all the same, and its plan is blocked with what became of them', async () => {
  expect(await onlyGone.check(context())).toMatchObject({
    kind: 'blocked',
    problems: [
      { code: 'PGD-002', evidence: [expect.stringContaining('have to be bound again before a deploy'), expect.stringContaining('not allowed')] },
    ],
  });
});
