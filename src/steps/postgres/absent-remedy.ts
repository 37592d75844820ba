import { byTyping, byWords, type Remedy } from '../../domain/problem.ts';
import { kubectlIn, kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { schedulingRemedy } from '../kube/scheduling-remedy.ts';
import { WORKER_NAMESPACE } from '../kubeslice/objects.ts';

/** What lets a pod of the database run that does not; `now` is what is so at this time, `text` has events of the last hour as well. */
export const absentRemedy = (
  { text, now }: { readonly text: string; readonly now: string },
  { pod, cluster, namespace }: { readonly pod: string; readonly cluster: string; readonly namespace: string },
): Remedy => {
  if (/storageclass.* not found/i.test(text))
    return byWords(
      told`Set a storage class that exists there; then delete the volume’s ManifestWork (empty volume only): the class of an applied claim cannot change.`,
    );
  if (/\d\/\d+ nodes are available/.test(now)) return schedulingRemedy(now, cluster);
  if (/FailedScheduling|Unschedulable|Insufficient/i.test(text)) return schedulingRemedy(text, cluster);
  if (/webhook "webhook\.(networkservicemesh|kubeslice)\.io"/.test(now))
    return byTyping(
      told`Bring the KubeSlice worker on ${cluster} back: its webhooks stop every pod of namespaces on the slice while they do not answer:`,
      kubectlIn(cluster, WORKER_NAMESPACE, 'get pods -o wide'),
    );
  if (/its object is gone/.test(now))
    return byWords(told`The agent makes it again within 4 to 6 minutes; deleting its ManifestWork on the hub is quicker.`);
  if (/low on resource|node condition.*Pressure/i.test(now))
    return byTyping(
      told`The kubelet evicted the pod: free on its node what it names. KubeDB has a failed pod made again.`,
      kubectlOn(cluster, 'describe nodes'),
    );
  if (/ImagePullBackOff|ErrImagePull/.test(now)) return byWords(told`Let ${cluster} reach the registry of the image.`);
  if (/OOMKilled/.test(now))
    return byWords(
      told`The kernel of the node ended a container of ${pod} for want of memory: give the server more by a PostgresOpsRequest with spec.type VerticalScaling, or have it take less (shared_buffers, work_mem, fewer connections).`,
    );
  if (/PersistentVolumeClaim \S+ is Lost/.test(now))
    return byTyping(
      told`The volume behind the claim is gone. Find out who deleted it and whether its data is left; a standby without data is copied anew once claim and pod are made again:`,
      kubectlOn(cluster, 'get persistentvolumes'),
      kubectlIn(cluster, namespace, `describe persistentvolumeclaim data-${pod}`),
    );
  if (/CrashLoopBackOff|ended with/.test(now))
    return byTyping(told`Read why the server ends, in its log:`, kubectlIn(cluster, namespace, `logs ${pod} -c postgres --previous --tail=100`));
  return byTyping(
    told`Look at the facts above, the first of them is the earliest in the chain; then at the pod:`,
    kubectlIn(cluster, namespace, `describe pod ${pod}`),
  );
};
