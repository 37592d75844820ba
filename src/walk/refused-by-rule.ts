import { told, type Text } from '../domain/text.ts';

/**
 * Rules that refuse with 403, as rights that are missing do, each in the words of the API server: webhooks (k8s.io/apiserver, plugin/webhook/errors), policies
 * (plugin/policy/validating), the plugins PodSecurity, ResourceQuota, LimitRanger and NamespaceLifecycle. No role of the worker's changes any of them.
 */
const RULES: readonly { readonly said: RegExp; readonly remedy: (match: readonly string[], cluster: string) => Text }[] = [
  {
    said: /admission webhook "([^"]{1,253})" denied the request/,
    remedy: ([, webhook = ''], cluster) =>
      told`Have the policy behind webhook ${webhook} on ${cluster} allow this, which names its rule above; then plan again. No right of the worker's is missing.`,
  },
  {
    said: /((?:Validating|Mutating)AdmissionPolicy '[^']{1,253}')/,
    remedy: ([, policy = ''], cluster) =>
      told`Have ${policy} of ${cluster} allow this, or leave it out of its binding; then plan again. No right of the worker's is missing.`,
  },
  {
    said: /violates PodSecurity "([^"]{1,100})"/,
    remedy: ([, level = ''], cluster) =>
      told`Let the namespace named here take such pods on ${cluster} (its Pod Security level is ${level}: label pod-security.kubernetes.io/enforce); then plan again.`,
  },
  {
    said: /(?:exceeded|failed) quota: ([^,\s]{1,253})/,
    remedy: ([, quota = ''], cluster) => told`Make room in ResourceQuota ${quota} on ${cluster}, or raise it; then plan again.`,
  },
  {
    said: /\b(?:maximum|minimum) [\w./-]{1,100} (?:usage|limit) per \w+ is|limit to request ratio per \w+ is|must specify limits\.|must specify requests\./,
    remedy: (_, cluster) =>
      told`Change the LimitRange or the ResourceQuota of that namespace on ${cluster}, or the resources in pgdist.yaml; then plan again.`,
  },
  {
    said: /in namespace ([\w.-]{1,63}) because it is being terminated/,
    remedy: ([, namespace = ''], cluster) =>
      told`Wait until namespace ${namespace} of ${cluster} is gone, or see in its conditions what holds it; then plan again: a namespace that is being deleted takes nothing new.`,
  },
];

/** What to do about a rule of the cluster's that refused; undefined where its words name none. */
export const ruleRemedy = (message: string, cluster: string): Text | undefined => {
  for (const { said, remedy } of RULES) {
    const match = said.exec(message);
    if (match !== null) return remedy(match, cluster);
  }
  return undefined;
};

/** The webhook that keeps the API server from trying a write; undefined where that is not what it says. */
export const withSideEffects = (message: string): string | undefined =>
  /admission webhook "([^"]{1,253})" does not support dry run/.exec(message)?.[1];
