import { cut } from '../domain/cut.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import { type Text, told } from '../domain/text.ts';
import { unreachableWebhook } from '../domain/unreachable-webhook.ts';
import type { Step, StepContext } from './context.ts';
import { uncreatedPods, uncreatedPodsGrants } from './kube/uncreated-pods.ts';
import { rightsTo } from './rights.ts';
import { unlessSilent } from './unless-silent.ts';

/** A namespace whose pods do the work that a step waits for. */
export interface PodPlace {
  readonly cluster: string;
  readonly namespace: string;
}

const LONGEST_WAIT = 200;
const MOST_EVIDENCE = 8;

/**
 * The step, whose fact is brought about by pods of these namespaces. While it is not true and such pods are refused by the API server, that comes first
 * in what is waited for and in the evidence, with its own remedy: a pod that was never created has no log to look at.
 */
export const restingOnPods = (places: readonly PodPlace[], step: Step): Step => ({
  ...step,
  rights: [
    ...step.rights,
    ...places.flatMap(({ cluster, namespace }) => rightsTo('see pods that are refused', cluster, ...uncreatedPodsGrants(namespace))),
  ],
  async apply(context) {
    try {
      await step.apply(context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof ProblemError)) throw error;
      const [problem, ...others] = error.problems;
      const refused = problem === undefined ? undefined : await refusedPods(context, places);
      if (problem === undefined || refused === undefined) throw error;
      throw new ProblemError(withRefused(problem, refused), ...others);
    }
  },
  async verify(context) {
    const verdict = await step.verify(context);
    const refused = verdict.healthy ? undefined : await refusedPods(context, places);
    if (verdict.healthy || refused === undefined) return verdict;
    const [first = ''] = refused.told;
    return { ...verdict, waitingFor: `${verdict.waitingFor}; ${cut(first, LONGEST_WAIT)}`, problem: withRefused(verdict.problem, refused) };
  },
});

interface Refused {
  readonly place: PodPlace;
  readonly told: readonly string[];
}

const refusedPods = async (context: StepContext, places: readonly PodPlace[]): Promise<Refused | undefined> => {
  const seen = await Promise.all(
    places.map(async (place): Promise<Refused> => {
      return { place, told: await unlessSilent([], () => uncreatedPods(context.cluster(place.cluster), place.namespace)) };
    }),
  );
  return seen.find(({ told: sentences }) => sentences.length > 0);
};

const withRefused = (problem: Problem, { place, told: sentences }: Refused): Problem => ({
  ...problem,
  evidence: [...sentences, ...problem.evidence].slice(0, MOST_EVIDENCE),
  remedy: remedyFor(sentences[0] ?? '', place),
});

const remedyFor = (refusal: string, { cluster, namespace }: PodPlace): Text => {
  const silent = unreachableWebhook(refusal);
  if (silent !== undefined)
    return told`Bring back what answers ${silent} on ${cluster}, or delete its webhook configuration if its product is gone: until then no pod is created in ${namespace}. Its controllers try again by themselves, after some minutes too.`;
  const denying = /admission webhook "([^"]+)" denied the request/.exec(refusal)?.[1];
  if (denying !== undefined)
    return told`Let the policy behind webhook ${denying} on ${cluster} allow these pods, or leave namespace ${namespace} out of it: it names its rule above.`;
  if (refusal.includes('exceeded quota'))
    return told`Raise the ResourceQuota of namespace ${namespace} on ${cluster}: it leaves no room for these pods.`;
  if (refusal.includes('violates PodSecurity'))
    return told`Label namespace ${namespace} of ${cluster} with pod-security.kubernetes.io/enforce=privileged: its Pod Security level forbids these pods.`;
  return told`Remove what the API server of ${cluster} names as the reason: until then no pod is created in ${namespace}.`;
};
