import { byTyping, byWords, type Problem } from '../../domain/problem.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { lostNodeOf } from '../kube/lost-node.ts';
import type { Pod } from '../kube/pods.ts';

/** Why a pod that is being deleted does not go, and what lets it: a finalizer, or a node whose kubelet cannot confirm that it ended. */
export const leavingPod = async (
  cluster: ClusterReader,
  { metadata, spec }: Pod,
  evidence: readonly string[],
): Promise<Pick<Problem, 'evidence' | 'remedy' | 'means'>> => {
  const { name, namespace = '', finalizers } = metadata;
  if (finalizers.length > 0)
    return {
      evidence: [...evidence, `held by finalizer ${finalizers.join(', ')}`],
      ...byTyping(
        told`See that the controller of this finalizer runs: it takes it off when its work is done. Where that is gone for good, take the finalizer off by hand; OCM's agent makes the pod again.`,
        kubectlIn(cluster.name, namespace, `get pod ${name} -o jsonpath='{.metadata.finalizers}'`),
      ),
    };
  const lost = await lostNodeOf(cluster, { spec });
  if (lost !== undefined) return { evidence: [...evidence, lost.evidence], ...lost.remedy };
  return {
    evidence,
    ...byWords(
      told`It ends within its grace period, and OCM's agent makes it again within 4 to 6 minutes. If it stays so, look at the kubelet of its node.`,
    ),
  };
};
