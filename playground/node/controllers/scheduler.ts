import { ApiError } from '../../../src/kube-api/api-server.ts';
import type { Mutable } from '../../control/kit.ts';
import { recordEvent } from '../../control/events.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import {
  CLAIM,
  conditionOf,
  defaultClassOf,
  isFinished,
  NODE,
  POD,
  setCondition,
  STORAGE_CLASS,
  type ControllerContext,
} from '../../control/objects.ts';
import { amountsOf, repelled, requestsOf, unfitReason } from '../../control/scheduling.ts';
import { workQueue } from '../../control/work-queue.ts';

const SCHEDULER = 'default-scheduler';

/** Gives every pod a node, or says why none fits. */
export const startScheduler = (context: ControllerContext): void => {
  const { client, observe, signal, onError } = context;
  const pods = observe(POD);
  const nodes = observe(NODE);
  const claims = observe(CLAIM);
  const classes = observe(STORAGE_CLASS);
  const bound = new Map<string, string>();

  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const pod = pods.get(namespace, name);
      if (pod === undefined || !isPending(pod) || bound.get(pod.metadata.uid ?? '') !== undefined) return;
      const obstacle = claimObstacle(pod);
      const node = obstacle === undefined ? chooseNode(pod) : undefined;
      if (node !== undefined) return bind(pod, node);
      await refuse(pod, obstacle ?? nodesObstacle(pod));
    },
    { signal, onError },
  );

  const chooseNode = (pod: Mutable): string | undefined =>
    nodes
      .all()
      .filter((node) => obstacleOn(pod, node) === undefined)
      .map(({ metadata: { name } }) => ({ name, load: podsOn(name).length }))
      .toSorted((a, b) => a.load - b.load || a.name.localeCompare(b.name))[0]?.name;

  const podsOn = (node: string): Mutable[] =>
    pods.all().filter((pod) => !isFinished(pod) && (pod.spec.nodeName ?? bound.get(pod.metadata.uid ?? '')) === node);

  const obstacleOn = (pod: Mutable, node: Mutable): string | undefined => {
    if (conditionOf(node, 'Ready')?.status !== 'True') return 'node(s) had untolerated taint(s)';
    const unfit = unfitReason(pod.spec, node);
    if (unfit !== undefined) return unfit;
    const there = podsOn(node.metadata.name);
    if (repelled(pod, there)) return "node(s) didn't match pod anti-affinity rules";
    const free = amountsOf(node.status?.allocatable);
    const wanted = [pod, ...there].map(requestsOf);
    if (wanted.reduce((total, { cpu }) => total + cpu, 0) > free.cpu) return 'Insufficient cpu';
    return wanted.reduce((total, { memory }) => total + memory, 0) > free.memory ? 'Insufficient memory' : undefined;
  };

  const nodesObstacle = (pod: Mutable): string => {
    const reasons = new Map<string, number>();
    for (const node of nodes.all()) {
      const reason = obstacleOn(pod, node) ?? '';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const listed = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const count = nodes.all().length;
    if (count === 0) return 'no nodes available to schedule pods';
    return `0/${count} nodes are available: ${listed}. preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`;
  };

  const claimObstacle = (pod: Mutable): string | undefined => {
    const prefix = `0/${nodes.all().length} nodes are available: `;
    for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
      if (persistentVolumeClaim === undefined) continue;
      const claim = claims.get(pod.metadata.namespace, persistentVolumeClaim.claimName);
      if (claim === undefined) return `${prefix}persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found.`;
      if (claim.status?.phase === 'Bound') continue;
      const storageClass =
        claim.spec.storageClassName === undefined
          ? defaultClassOf(classes.all())
          : classes.all().find(({ metadata }) => metadata.name === claim.spec.storageClassName);
      if (storageClass?.['volumeBindingMode'] !== 'WaitForFirstConsumer') return `${prefix}pod has unbound immediate PersistentVolumeClaims.`;
    }
    return undefined;
  };

  const bind = async (pod: Mutable, node: string): Promise<void> => {
    const { namespace = '', name, uid = '' } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    bound.set(uid, node);
    try {
      await client.api.json('POST', `${path}/binding`, {
        body: { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target: { apiVersion: 'v1', kind: 'Node', name: node } },
      });
    } catch (error) {
      bound.delete(uid);
      if (error instanceof ApiError && (error.status.code === 404 || error.status.code === 409)) return;
      throw error;
    }
    await client.setStatus({ ...POD, namespace, name }, (status) => {
      setCondition(status, { type: 'PodScheduled', status: 'True', reason: 'Scheduled', message: '' }, context.now());
    });
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    await recordEvent(client, context.now(), { about: pod, type: 'Normal', reason: 'Scheduled', message, component: SCHEDULER });
  };

  const refuse = async (pod: Mutable, message: string): Promise<void> => {
    const { namespace = '', name } = pod.metadata;
    if (conditionOf(pod, 'PodScheduled')?.message === message) return;
    await client.setStatus({ ...POD, namespace, name }, (status) => {
      status.phase = 'Pending';
      setCondition(status, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, context.now());
    });
    await recordEvent(client, context.now(), { about: pod, type: 'Warning', reason: 'FailedScheduling', message, component: SCHEDULER });
  };

  const isPending = (pod: Mutable): boolean => pod.spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined && !isFinished(pod);
  const tryPending = (): void => {
    for (const pod of pods.all()) if (isPending(pod)) queue.add(keyOf(pod));
  };
  pods.subscribe((pod, gone) => {
    if (gone || isFinished(pod)) {
      bound.delete(pod.metadata.uid ?? '');
      tryPending();
    } else if (isPending(pod)) queue.add(keyOf(pod));
    else bound.delete(pod.metadata.uid ?? '');
  });
  for (const kind of [nodes, claims, classes]) kind.subscribe(tryPending);
};
