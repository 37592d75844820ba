import { expect, test } from 'vitest';
import { deploymentSchema, isRolledOut } from '../../../src/steps/kube/deployments.ts';

const seen = (replicas: number, status: object) =>
  deploymentSchema.parse({ metadata: { name: 'd', generation: 2 }, spec: { replicas }, status: { observedGeneration: 2, ...status } });
const all = (count: number) => ({ replicas: count, updatedReplicas: count, readyReplicas: count, availableReplicas: count });

test.each([
  [true, 1, all(1)],
  [true, 3, all(3)],
  [false, 3, { ...all(3), availableReplicas: 2 }],
  [false, 1, { ...all(1), replicas: 2 }],
  [false, 1, { ...all(1), observedGeneration: 1 }],
  [false, 0, all(0)],
  [false, 0, {}],
])('%s: %i wanted, status %o is rolled out; nothing wanted is nothing that runs', (rolledOut, replicas, status) => {
  expect(isRolledOut(seen(replicas, status))).toBe(rolledOut);
});
