import { byWords, type Remedy } from '../domain/problem.ts';
import { told } from '../domain/text.ts';
import { unreachableWebhook } from '../domain/unreachable-webhook.ts';

/** What lets pods in that the API server refuses, by its words; undefined where they are not known. */
export const refusalRemedy = (
  refusal: string,
  { cluster, namespace }: { readonly cluster: string; readonly namespace: string },
): Remedy | undefined => {
  const silent = unreachableWebhook(refusal);
  if (silent !== undefined)
    return byWords(
      told`Bring back what answers ${silent} on ${cluster}, or delete its webhook configuration if its product is gone: until then no pod is created in ${namespace}. Its controllers try again by themselves, after some minutes too.`,
    );
  const denying = /admission webhook "([^"]+)" denied the request/.exec(refusal)?.[1];
  if (denying !== undefined)
    return byWords(
      told`Let the policy behind webhook ${denying} on ${cluster} allow these pods, or leave namespace ${namespace} out of it: it names its rule above.`,
    );
  if (refusal.includes('exceeded quota'))
    return byWords(told`Raise the ResourceQuota of namespace ${namespace} on ${cluster}: it leaves no room for these pods.`);
  if (refusal.includes('violates PodSecurity'))
    return byWords(
      told`Label namespace ${namespace} of ${cluster} with pod-security.kubernetes.io/enforce=privileged: its Pod Security level forbids these pods.`,
    );
  return undefined;
};
