import { byTyping, type Remedy } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { unlessUntold } from '../unless-silent.ts';
import { conditionOf, toldCondition } from './conditions.ts';
import { nodesOf } from './nodes.ts';
import type { Pod } from './pods.ts';

/** The node of a pod that is gone or does not say that it is Ready: what is told of the pod is what was last heard of it. */
interface LostNode {
  readonly evidence: string;
  readonly remedy: Remedy;
}

/** Undefined for a pod without a node, and while the node is Ready or the nodes cannot be asked. */
export const lostNodeOf = async (cluster: ClusterReader, { spec }: Pick<Pod, 'spec'>): Promise<LostNode | undefined> => {
  const { nodeName } = spec;
  if (nodeName === undefined) return undefined;
  const nodes = await unlessUntold(undefined, () => nodesOf(cluster));
  if (nodes === undefined) return undefined;
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  const ready = node === undefined ? undefined : conditionOf(node, 'Ready');
  if (ready?.status === 'True') return undefined;
  return {
    evidence:
      node === undefined
        ? `its node ${nodeName} is gone`
        : `its node ${nodeName} is not Ready${ready === undefined ? '' : ` (${toldCondition(ready)}${ready.lastTransitionTime === undefined ? '' : `, since ${ready.lastTransitionTime}`})`}`,
    remedy: byTyping(
      told`Bring the node back: while it does not answer nobody knows whether the server there runs, and it may take writes. Delete a pod by force only when it is certain that the machine is off.`,
      kubectlOn(cluster.name, `describe node ${nodeName}`),
    ),
  };
};
