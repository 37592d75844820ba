import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { uncreatedPods } from '../../../src/steps/kube/uncreated-pods.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const metadata = (name: string, more: Record<string, unknown> = {}) => ({ name, namespace: 'demo', ...more });
const REFUSAL = 'failed calling webhook "a.b": connection refused';
const event = (kind: string, name: string, message: string, lastTimestamp = '2026-01-01T10:00:00Z', reason = 'FailedCreate'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: metadata(`${name}.${lastTimestamp}.${reason}`),
  type: 'Warning',
  reason,
  message,
  involvedObject: { kind, name },
  lastTimestamp,
});
const pod = (kind: string, owner: string, creationTimestamp: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(`${owner}-x`, { creationTimestamp, ownerReferences: [{ kind, name: owner }] }),
});
const deployment = (name: string, replicas: number, failure?: { status?: string; reason: string; message: string }): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(name),
  spec: { replicas: 1 },
  status: { replicas, ...(failure === undefined ? {} : { conditions: [{ type: 'ReplicaFailure', status: 'True', ...failure }] }) },
});

interface Case {
  readonly what: string;
  readonly objects: readonly KubeObject[];
  readonly told: readonly string[];
}

const of = (owner: string): string => `${owner} of tokyo cannot create its pods: ${REFUSAL}`;

test.each<Case>([
  { what: 'nothing of a quiet namespace', objects: [deployment('web', 1)], told: [] },
  {
    what: 'the condition of a Deployment, once, although its ReplicaSet has an event too',
    objects: [deployment('web', 0, { reason: 'FailedCreate', message: REFUSAL }), event('ReplicaSet', 'web-6f', `Error creating: ${REFUSAL}`)],
    told: [of('Deployment demo/web')],
  },
  {
    what: 'the event of a ReplicaSet whose Deployment has not taken it over yet',
    objects: [deployment('web', 0), event('ReplicaSet', 'web-6f', `Error creating: ${REFUSAL}`)],
    told: [of('ReplicaSet demo/web-6f')],
  },
  {
    what: 'no event of a ReplicaSet whose Deployment has its pods',
    objects: [deployment('web', 1), event('ReplicaSet', 'web-6f', `Error creating: ${REFUSAL}`)],
    told: [],
  },
  { what: 'a ReplicaSet of nobody', objects: [event('ReplicaSet', 'lone', `Error creating: ${REFUSAL}`)], told: [of('ReplicaSet demo/lone')] },
  {
    what: 'a StatefulSet, in its own words',
    objects: [event('StatefulSet', 'db', `create Pod db-0 in StatefulSet db failed error: ${REFUSAL}`)],
    told: [of('StatefulSet demo/db')],
  },
  { what: 'a DaemonSet', objects: [event('DaemonSet', 'agent', `Error creating: ${REFUSAL}`)], told: [of('DaemonSet demo/agent')] },
  { what: 'a Job', objects: [event('Job', 'install', `Error creating: ${REFUSAL}`)], told: [of('Job demo/install')] },
  {
    what: 'a controller that is not of Kubernetes',
    objects: [event('Rollout', 'web', `Error creating: ${REFUSAL}`)],
    told: [of('Rollout demo/web')],
  },
  {
    what: 'the latest event of an owner alone',
    objects: [
      event('Job', 'install', 'Error creating: exceeded quota'),
      event('Job', 'install', `Error creating: ${REFUSAL}`, '2026-01-01T10:05:00Z'),
    ],
    told: [of('Job demo/install')],
  },
  {
    what: 'nothing once a pod came after the refusal',
    objects: [event('StatefulSet', 'db', REFUSAL), pod('StatefulSet', 'db', '2026-01-01T10:00:00Z')],
    told: [],
  },
  {
    what: 'a refusal after the first pods came',
    objects: [event('StatefulSet', 'db', REFUSAL), pod('StatefulSet', 'db', '2026-01-01T09:59:59Z'), pod('Job', 'db', '2026-01-01T11:00:00Z')],
    told: [of('StatefulSet demo/db')],
  },
  { what: 'no other event', objects: [event('Job', 'install', 'too slow', undefined, 'DeadlineExceeded')], told: [] },
  { what: 'no pod that cannot be deleted', objects: [deployment('web', 2, { reason: 'FailedDelete', message: REFUSAL })], told: [] },
  { what: 'no failure that is over', objects: [deployment('web', 0, { status: 'False', reason: 'FailedCreate', message: REFUSAL })], told: [] },
  {
    what: 'events and conditions without a message by their reason',
    objects: [event('Job', 'install', ''), deployment('web', 0, { reason: 'FailedCreate', message: '' })],
    told: ['Deployment demo/web of tokyo cannot create its pods: FailedCreate', 'Job demo/install of tokyo cannot create its pods: FailedCreate'],
  },
])('of pods that were never created is told: $what', async ({ objects, told }) => {
  const cluster = memoryCluster('tokyo');
  for (const object of objects) cluster.put(object);
  expect(await uncreatedPods(cluster, 'demo')).toEqual(told);
});

test('a refusal of any length is cut', async () => {
  const cluster = memoryCluster('tokyo');
  cluster.put(event('Job', 'install', `Error creating: ${'x'.repeat(10_000)}`));
  expect((await uncreatedPods(cluster, 'demo'))[0]?.length).toBeLessThan(500);
});
