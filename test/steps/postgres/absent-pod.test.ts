import { expect, test } from 'vitest';
import { plainText } from '../../../src/domain/text.ts';
import { allContainersReady, podSchema } from '../../../src/steps/kube/pods.ts';
import { absentPod } from '../../../src/steps/postgres/absent-pod.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { doomedWorks } from '../../../src/steps/postgres/doomed-works.ts';
import { byTyping, together } from '../../../src/domain/problem.ts';
import { told as sentence } from '../../../src/domain/text.ts';
import { ClusterRefusedError } from '../../../src/ports/cluster-errors.ts';
import { unlessSilent, unlessUntold } from '../../../src/steps/unless-silent.ts';
import { databaseOf } from '../../support/fleet.ts';

const database = databaseOf(['tokyo', 'osaka']);
const { namespace } = database;
const container = (state: object, more: object = {}) => ({ name: 'postgres', ready: false, restartCount: 0, state, ...more });
const pod = (status: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'postgres-1', namespace },
  spec: { nodeName: 'node-1', containers: [{ name: 'postgres' }] },
  status: { phase: 'Running', conditions: [{ type: 'PodScheduled', status: 'True' }], ...status },
});
const node = (status: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { conditions: [{ type: 'Ready', status, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }] },
});
const claim = (phase: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-postgres-1', namespace },
  status: { phase },
});

const told = async (...objects: readonly object[]): Promise<string> => {
  const spoke = memoryCluster('osaka');
  for (const object of objects) spoke.put(object as never);
  const seen = objects.find((object) => (object as { kind: string }).kind === 'Pod');
  const of = { pod: 'postgres-1', index: 1, cluster: 'osaka' };
  const { what, evidence, remedy } = await absentPod({ hub: memoryCluster('tokyo'), spoke }, database, of, podSchema.parse(seen));
  return [plainText(what), ...evidence, plainText(remedy)].join('\n');
};

const LAST_HEARD = pod({
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [container({ running: {} }, { ready: true })],
});

test('a pod whose containers were ready when its node was last heard is not taken for running', () => {
  expect(allContainersReady(podSchema.parse(LAST_HEARD))).toBe(false);
  expect(allContainersReady(podSchema.parse(pod({ containerStatuses: [container({ running: {} }, { ready: true })] })))).toBe(true);
});

test.each<[string, readonly object[], readonly string[]]>([
  [
    'a node that does not answer comes before its pod',
    [LAST_HEARD, node('Unknown'), claim('Bound')],
    ['postgres-1 on osaka is not known to run', 'node-1 is not Ready', 'Kubelet stopped posting node status.', 'Bring the node back'],
  ],
  [
    'an evicted pod is told to be evicted',
    [pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' }), node('True'), claim('Bound')],
    ['low on resource: ephemeral-storage', 'evicted'],
  ],
  [
    'a server that the kernel ends needs memory and no look at its log',
    [
      pod({
        containerStatuses: [
          container(
            { waiting: { reason: 'CrashLoopBackOff' } },
            { restartCount: 7, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
          ),
        ],
      }),
      node('True'),
      claim('Bound'),
    ],
    ['OOMKilled', 'VerticalScaling'],
  ],
  [
    'a lost volume is told as that',
    [pod({ phase: 'Pending' }), node('True'), claim('Lost')],
    ['data-postgres-1 is Lost', 'volume behind the claim is gone'],
  ],
])('%s', async (_, objects, words) => {
  const all = await told(...objects);
  for (const word of words) expect(all).toContain(word);
});

test('what was deleted on the hub is told while the pod runs, the volume above all', async () => {
  const hub = memoryCluster('tokyo');
  const work = (name: string, deletionTimestamp?: string) => ({
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: { name, namespace: 'osaka', ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: {},
    status: {},
  });
  hub.put(work('postgres-1'));
  expect(await doomedWorks(hub, database, 'osaka', ['postgres-1'])).toEqual([]);
  hub.put(work('data-postgres-1', '2026-11-28T14:00:00Z'));
  expect(await doomedWorks(hub, database, 'osaka', ['postgres-1'])).toEqual([
    'ManifestWork osaka/data-postgres-1 is being deleted since 2026-11-28T14:00:00Z: as soon as the work agent of osaka gets to it, the volume of postgres-1, together with its data, goes',
  ]);
  hub.setReachable(false);
  expect(await doomedWorks(hub, database, 'osaka', ['postgres-1'])).toEqual([]);
});

test('what adds to the words of others is left out where a cluster refuses to tell it', async () => {
  const refuse = async (): Promise<never> => {
    throw new ClusterRefusedError('tokyo', 'listing Pod', { code: 403, reason: 'Forbidden', message: 'no' });
  };
  expect(await unlessUntold('not told', refuse)).toBe('not told');
  await expect(unlessSilent('not told', refuse)).rejects.toThrow(ClusterRefusedError);
});

test('a sentence that two remedies share is said once', () => {
  const line = { cluster: 'osaka', tool: 'kubectl', line: 'get nodes' } as never;
  expect(plainText(together([byTyping(sentence`Look:`, line), byTyping(sentence`Look:`, line)]).remedy)).toBe('Look:');
});
