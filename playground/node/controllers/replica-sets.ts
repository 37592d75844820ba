import { fromKey, keyOf } from '../../control/observed.ts';
import { controllerOf, isActive, isReady, POD, randomSuffix, REPLICA_SET, type ControllerContext } from '../../control/objects.ts';
import { inBackground } from '../../control/background.ts';
import { workQueue } from '../../control/work-queue.ts';
import { createPod, deletePods, deletePodsOf, leastValuable, podFrom, podsOf } from './pods-of.ts';

/** Keeps as many pods as a ReplicaSet wants. */
export const startReplicaSets = ({ client, observe, signal, random, onError }: ControllerContext): void => {
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const ref = { ...REPLICA_SET, namespace, name };
      const set = observe(REPLICA_SET).get(namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const pods = (await podsOf(client, set)).filter(isActive);
      const surplus = pods.length - (set.spec.replicas ?? 1);
      if (surplus > 0) await deletePods(client, pods.toSorted(leastValuable).slice(0, surplus));
      for (let missing = -surplus; missing > 0; missing -= 1) {
        await createPod(client, podFrom(set, set.spec.template, { name: `${set.metadata.name}-${randomSuffix(random)}` }));
      }
      const ready = pods.filter(isReady).length;
      await client.setStatus(
        ref,
        (status, { metadata }) => {
          status.observedGeneration = metadata.generation;
          status.replicas = pods.length;
          status.fullyLabeledReplicas = pods.length;
          status.readyReplicas = ready;
          status.availableReplicas = ready;
        },
        set,
      );
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
