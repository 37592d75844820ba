import { byTyping, byWords, type Problem } from '../../domain/problem.ts';
import { kubectlIn, kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf } from '../kube/conditions.ts';
import { nodesOf } from '../kube/nodes.ts';
import type { Pod } from '../kube/pods.ts';
import { unlessSilent } from '../unless-silent.ts';

/** Why a pod that is being deleted does not go, and what lets it: a finalizer, or a node whose kubelet cannot confirm that it ended. */
export const leavingPod = async (
  cluster: ClusterReader,
  { metadata, spec }: Pod,
  evidence: readonly string[],
): Promise<Pick<Problem, 'evidence' | 'remedy' | 'means'>> => {
  const { name, namespace = '', finalizers } = metadata;
  const node = (await unlessSilent([], () => nodesOf(cluster))).find((one) => one.metadata.name === spec.nodeName);
  const ready = node === undefined ? undefined : conditionOf(node, 'Ready');
  if (finalizers.length > 0)
    return {
      evidence: [...evidence, `held by finalizer ${finalizers.join(', ')}`],
      ...byTyping(
        told`See that the controller of this finalizer runs: it takes it off when its work is done. Where that is gone for good, take the finalizer off by hand; OCM's agent makes the pod again.`,
        kubectlIn(cluster.name, namespace, `get pod ${name} -o jsonpath='{.metadata.finalizers}'`),
      ),
    };
  if (spec.nodeName !== undefined && (node === undefined || ready?.status !== 'True'))
    return {
      evidence: [
        ...evidence,
        node === undefined
          ? `its node ${spec.nodeName} is gone`
          : `its node ${spec.nodeName} is not Ready${ready === undefined ? '' : ` (${ready.reason})`}`,
      ],
      ...byTyping(
        told`Nobody confirms that it has ended while its node does not answer: bring the node back. Delete the pod by force only when it is certain that the machine is off: a server that still runs there may take writes.`,
        kubectlOn(cluster.name, `describe node ${spec.nodeName}`),
      ),
    };
  return {
    evidence,
    ...byWords(
      told`It ends within its grace period, and OCM's agent makes it again within 4 to 6 minutes. If it stays so, look at the kubelet of its node.`,
    ),
  };
};
