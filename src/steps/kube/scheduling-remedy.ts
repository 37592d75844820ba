import { byTyping, byWords, type Remedy } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';

/** What gives a pod a node, by the words of the scheduler (0/3 nodes are available: …); it names each reason with the number of nodes that have it. */
export const schedulingRemedy = (words: string, cluster: string): Remedy => {
  if (/persistentvolumeclaim "[^"]+" (not found|is being deleted)/.test(words))
    return byWords(
      told`The pod waits for the volume that the scheduler names, which is gone from ${cluster} or on its way out. The agent makes a lost claim again within 4 to 6 minutes, and empty: KubeDB copies the data anew then. If it was deleted by mistake, keep its PersistentVolume first.`,
    );
  if (/unbound immediate PersistentVolumeClaims|didn't find available persistent volumes/.test(words))
    return byTyping(
      told`Let the storage class of ${cluster} make the volume that the pod waits for: its provisioner must run.`,
      kubectlOn(cluster, 'get storageclass'),
    );
  if (/volume node affinity conflict/.test(words))
    return byWords(told`The volume of the pod belongs to another node of ${cluster} than those that are left: bring that node back.`);
  if (/were unschedulable/.test(words)) return byWords(told`A node of ${cluster} is cordoned: uncordon it when its maintenance is over.`);
  if (/untolerated taint/.test(words))
    return byTyping(
      told`Take the taint off a node of ${cluster} that nobody needs any more, or give it another node (not-ready and unreachable are taints of a node that does not answer: bring it back).`,
      kubectlOn(cluster, 'get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'),
    );
  if (/Insufficient|Too many pods/.test(words))
    return byTyping(
      told`Make room on ${cluster}: the scheduler names what is missing. A database pod requests 0.7 CPU and 1.25 Gi, and its slice sidecar more.`,
      kubectlOn(cluster, 'describe nodes'),
    );
  if (/anti-affinity/.test(words)) return byWords(told`The rules of the pod want a node of its own: add a node to ${cluster}, or free one.`);
  return byWords(
    told`Let a node of ${cluster} take these pods: the scheduler names above what keeps them off (a label, a taint, an affinity, a volume).`,
  );
};
