import { cut } from '../../domain/cut.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { isImageTrouble, troublesOf } from './pod-trouble.ts';
import { podsIn } from './pods.ts';

/** Pods of a namespace that a node or a registry keeps from starting, a sentence each. */
interface UnstartedPods {
  readonly withoutImage: readonly string[];
  /** Of a pod without a node, as the scheduler says it. */
  readonly withoutNode: readonly string[];
}

const LONGEST = 300;

export const unstartedPods = async (cluster: ClusterReader, namespace: string): Promise<UnstartedPods> => {
  const found = (await podsIn(cluster, { namespace })).flatMap((pod) =>
    troublesOf(pod).map(({ container, reason, message }) => ({
      container,
      reason,
      told: `pod ${namespace}/${pod.metadata.name} of ${cluster.name}: ${reason}${message === '' ? '' : ` (${cut(message, LONGEST)})`}`,
    })),
  );
  return {
    withoutImage: found.filter(({ container, reason }) => container !== undefined && isImageTrouble(reason)).map(({ told }) => told),
    withoutNode: found.filter(({ container, reason }) => container === undefined && reason === 'Unschedulable').map(({ told }) => told),
  };
};
