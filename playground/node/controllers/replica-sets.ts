import { ApiError } from '../../../src/kube-api/api-error.ts';
import type { Mutable } from '../../control/kit.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import {
  controllerOf,
  isActive,
  isReady,
  POD,
  randomSuffix,
  removeCondition,
  REPLICA_SET,
  setCondition,
  type ControllerContext,
} from '../../control/objects.ts';
import { inBackground } from '../../control/background.ts';
import { workQueue } from '../../control/work-queue.ts';
import { createPod, deletePods, deletePodsOf, leastValuable, podFrom, podsOf } from './pods-of.ts';

/** Keeps as many pods as a ReplicaSet wants. */
export const startReplicaSets = (context: ControllerContext): void => {
  const { client, observe, signal, onError, now } = context;
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const ref = { ...REPLICA_SET, namespace, name };
      const set = observe(REPLICA_SET).get(namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const pods = (await podsOf(client, set)).filter(isActive);
      const surplus = pods.length - (set.spec.replicas ?? 1);
      if (surplus > 0) await deletePods(client, pods.toSorted(leastValuable).slice(0, surplus));
      const failure = await createMissing(context, set, -surplus);
      const ready = pods.filter(isReady).length;
      await client.setStatus(
        ref,
        (status, { metadata }) => {
          status.observedGeneration = metadata.generation;
          status.replicas = pods.length;
          status.fullyLabeledReplicas = pods.length;
          status.readyReplicas = ready;
          status.availableReplicas = ready;
          if (failure === undefined) removeCondition(status, 'ReplicaFailure');
          else setCondition(status, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure.status.message }, now());
        },
        set,
      );
      // Asks for the next attempt.
      if (failure !== undefined) throw failure;
    },
    { signal, onError },
  );
  observe(REPLICA_SET).subscribe((set, gone) => {
    if (gone) inBackground(deletePodsOf(client, set), onError);
    else queue.add(keyOf(set));
  });
  observe(POD).subscribe((pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'ReplicaSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
};

/** Makes pods until none is missing or one is refused; the refusal. */
const createMissing = async (context: ControllerContext, set: Mutable, missing: number): Promise<ApiError | undefined> => {
  try {
    for (let left = missing; left > 0; left -= 1)
      await createPod(context, set, podFrom(set, set.spec.template, { name: `${set.metadata.name}-${randomSuffix(context.random)}` }));
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
};
