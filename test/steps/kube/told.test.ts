import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { deploymentSchema, rolloutText } from '../../../src/steps/kube/deployments.ts';
import { nodeSchema, whyUnusable } from '../../../src/steps/kube/nodes.ts';
import { podState, podTroubles } from '../../../src/steps/kube/pod-trouble.ts';
import { podSchema } from '../../../src/steps/kube/pods.ts';
import { readAs } from '../../../src/steps/kube/read-as.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { SAMPLES } from './samples.ts';

const node = (rest: Record<string, unknown>): string | undefined => whyUnusable(readAs(nodeSchema, { ...SAMPLES.node, ...rest }, 'tokyo'));
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

test.each([
  ['has not told yet whether it is Ready', { status: undefined }],
  ['has not told yet whether it is Ready', { status: { conditions: [{ type: 'DiskPressure', status: 'False' }] } }],
  ['is not Ready', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }],
  ['is not Ready', { status: { conditions: [{ type: 'Ready' }] } }],
  ['is cordoned', { status: ready, spec: { unschedulable: true } }],
  ['has taint gpu:NoExecute', { status: ready, spec: { taints: [{ key: 'gpu', effect: 'NoExecute' }] } }],
  ['has taint :LaterEffect', { status: ready, spec: { taints: [{ effect: 'LaterEffect' }] } }],
  [undefined, { status: ready, spec: undefined }],
])('a node %s', (why, rest) => {
  expect(node(rest)).toBe(why);
});

const pod = (status: unknown): KubeObject => ({ ...SAMPLES.pod, metadata: { name: 'one-0', namespace: 'demo' }, status });
const container = (rest: Record<string, unknown>) => ({ phase: 'Running', containerStatuses: [{ name: 'server', ready: false, ...rest }] });
const waiting = (reason: string, message?: string) => ({ state: { waiting: { reason, message } } });

/** Status of a pod, what is told of it in a line, and what of it is told as a trouble. */
test.each([
  ['nothing told yet', undefined, 'no phase, 0/1 ready', []],
  ['a status without containers', { phase: 'Pending' }, 'Pending, 0/1 ready', []],
  ['a container that only starts', container({ state: { running: {} } }), 'Running, 0/1 ready, server: not ready', []],
  ['a container of an unknown state', container({ state: { paused: {} } }), 'Running, 0/1 ready, server: not ready', []],
  [
    'an image that cannot be pulled',
    container(waiting('ImagePullBackOff', 'Back-off pulling image')),
    'Running, 0/1 ready, server: ImagePullBackOff',
    ['pod one-0: ImagePullBackOff (Back-off pulling image)'],
  ],
  [
    'a crash whose cause only the last state tells',
    container({ ...waiting('CrashLoopBackOff'), restartCount: 3, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
    'Running, 0/1 ready, server: CrashLoopBackOff (OOMKilled before) after 3 restarts',
    ['pod one-0: CrashLoopBackOff (OOMKilled before)'],
  ],
  [
    'an end between two starts',
    container({ state: { terminated: { exitCode: 1, reason: 'Error' } } }),
    'Running, 0/1 ready, server: ended with 1',
    ['pod one-0: ended with 1'],
  ],
  ['an end without a code', container({ state: { terminated: {} } }), 'Running, 0/1 ready, server: ended with ?', ['pod one-0: ended with ?']],
  [
    'an init container that fails',
    {
      phase: 'Pending',
      initContainerStatuses: [
        { name: 'init', ...waiting('CrashLoopBackOff') },
        { name: 'next', ...waiting('PodInitializing') },
      ],
    },
    'Pending, 0/1 ready, init: CrashLoopBackOff',
    ['pod one-0: CrashLoopBackOff'],
  ],
  [
    'no node for it',
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' }] },
    'Pending, 0/1 ready, 0/1 nodes are available',
    ['pod one-0: Unschedulable (0/1 nodes are available)'],
  ],
  [
    'an eviction',
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' },
    'Failed, 0/1 ready, The node was low on memory.',
    ['pod one-0: Evicted (The node was low on memory.)'],
  ],
  ['work that is done', { ...container({ state: { terminated: { exitCode: 0 } } }), phase: 'Succeeded' }, 'Succeeded, 0/1 ready', []],
])('of a pod is told: %s', async (_, status, state, troubles) => {
  const cluster = memoryCluster('tokyo');
  cluster.put(pod(status));
  expect(podState(readAs(podSchema, pod(status), 'tokyo'))).toBe(state);
  expect(await podTroubles(cluster, 'demo')).toEqual(troubles);
});

test('a Deployment that its controller has not looked at yet is told as that, not as counted', () => {
  const told = (status: unknown): string => rolloutText(readAs(deploymentSchema, { ...SAMPLES.deployment, status }, 'tokyo'));
  expect(told(undefined)).toBe('its controller has not reported on it yet');
  expect(told({ observedGeneration: 1 })).toBe('0 of 2 replicas available');
});
