import { expect, test } from 'vitest';
import type { Condition } from '../../../src/steps/kube/conditions.ts';
import { agentLeaseRef, hasReachedHubSince } from '../../../src/steps/ocm/agent-lease.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const NOW = new Date('2026-11-22T10:10:00Z');
const said = (lastTransitionTime: string | undefined): Condition | undefined =>
  lastTransitionTime === undefined
    ? undefined
    : { type: 'HubConnectionDegraded', status: 'True', reason: '', message: '', lastTransitionTime, observedGeneration: 0 };

/** When the operator said that the agent is not connected, when the agent renewed its lease on the hub, and which of the two is the news. */
test.each([
  ['after the operator said otherwise', '2026-11-22T10:09:00Z', '2026-11-22T10:09:30.000000Z', true],
  ['before the operator said otherwise', '2026-11-22T10:09:45Z', '2026-11-22T10:09:30.000000Z', false],
  ['after it, but too long ago', '2026-11-22T10:00:00Z', '2026-11-22T10:07:30.000000Z', false],
  ['when the operator has said nothing yet', undefined, '2026-11-22T10:09:30.000000Z', true],
  ['never', '2026-11-22T10:09:00Z', undefined, false],
  ['at no time that can be read', '2026-11-22T10:09:00Z', 'soon', false],
])('an agent that renewed its lease %s', async (_what, transition, renewTime, expected) => {
  const hub = memoryCluster('tokyo');
  const { apiVersion, kind, namespace = '', name } = agentLeaseRef('osaka');
  if (renewTime !== undefined) hub.put({ apiVersion, kind, metadata: { namespace, name }, spec: { renewTime } });
  expect(await hasReachedHubSince(hub, 'osaka', said(transition), NOW)).toBe(expected);
});

test('a hub without the lease or its kind proves nothing', async () => {
  const hub = memoryCluster('tokyo');
  hub.missingKinds.add('Lease');
  expect(await hasReachedHubSince(hub, 'osaka', undefined, NOW)).toBe(false);
});
