import { cut } from '../domain/cut.ts';
import { byWords, type Problem, ProblemError, type Remedy, together } from '../domain/problem.ts';
import { type Text, told } from '../domain/text.ts';
import type { Step, StepContext } from './context.ts';
import { idleDeployments } from './kube/idle-workloads.ts';
import { uncreatedPods, uncreatedPodsGrants } from './kube/uncreated-pods.ts';
import { unstartedPods } from './kube/unstarted-pods.ts';
import { schedulingRemedy } from './kube/scheduling-remedy.ts';
import { refusalRemedy } from './refusal-remedy.ts';
import { rightsTo } from './rights.ts';
import { scaleUp } from './scale-up.ts';
import { unlessSilent } from './unless-silent.ts';

/** A namespace whose pods do the work that a step waits for. */
export interface PodPlace {
  readonly cluster: string;
  readonly namespace: string;
  /** Deployments that are at 0 replicas by themselves while the step waits. */
  readonly mayIdle?: readonly string[];
  /** Names of what matters there, in a namespace that is not the product's own; default: all. */
  readonly only?: RegExp;
  /** How many replicas its Deployments have as a rule; default 1. */
  readonly replicas?: number;
}

const LONGEST_WAIT = 200;
const MOST_EVIDENCE = 8;

/**
 * The step, whose fact is brought about by pods of these namespaces. While it is not true and such pods are not wanted, are refused by the API server, find
 * no node or get no image, that comes first in what is waited for and in the evidence, with its own remedy: such a pod has no log to look at.
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
      const obstacle = problem === undefined ? undefined : await obstacleIn(context, places);
      if (problem === undefined || obstacle === undefined) throw error;
      throw new ProblemError(withObstacle(problem, obstacle), ...others);
    }
  },
  async verify(context) {
    const verdict = await step.verify(context);
    const obstacle = verdict.healthy ? undefined : await obstacleIn(context, places);
    if (verdict.healthy || obstacle === undefined) return verdict;
    const [first = ''] = obstacle.told;
    return { ...verdict, waitingFor: `${verdict.waitingFor}; ${cut(first, LONGEST_WAIT)}`, problem: withObstacle(verdict.problem, obstacle) };
  },
});

/** What keeps pods of a place from doing their work, with the remedy for that. */
interface Obstacle {
  readonly told: readonly string[];
  readonly remedy: Remedy;
}

/** The first of them in the order in which a pod comes about: it is wanted, it is let in, it gets a node, its images arrive. */
const obstacleIn = async (context: StepContext, places: readonly PodPlace[]): Promise<Obstacle | undefined> => {
  const seen = await Promise.all(places.map((place) => unlessSilent([], () => obstaclesAt(context, place))));
  const ranks = Math.max(0, ...seen.map((one) => one.length));
  for (let rank = 0; rank < ranks; rank += 1) {
    const found = seen.map((one) => one[rank]).filter((one) => one !== undefined);
    if (found[0] !== undefined)
      return {
        told: found.flatMap((one) => one.told),
        remedy: together(found.map(({ remedy }) => remedy)),
      };
  }
  return undefined;
};

const obstaclesAt = async (context: StepContext, place: PodPlace): Promise<readonly (Obstacle | undefined)[]> => {
  const cluster = context.cluster(place.cluster);
  const { namespace, mayIdle = [], only, replicas = 1 } = place;
  const matters = (sentence: string): boolean => only === undefined || only.test(sentence);
  const [idle, refused, { withoutImage, withoutNode }] = await Promise.all([
    idleDeployments(cluster, namespace, mayIdle),
    uncreatedPods(cluster, namespace),
    unstartedPods(cluster, namespace),
  ]);
  const from = (sentences: readonly string[], remedyOf: (first: string) => Remedy): Obstacle | undefined => {
    const told = sentences.filter(matters);
    return told[0] === undefined ? undefined : { told, remedy: remedyOf(told[0]) };
  };
  const idleNames = idle.filter(matters);
  return [
    from(
      idleNames.map((name) => `Deployment ${namespace}/${name} of ${place.cluster} is scaled to 0`),
      () => scaleUp(place.cluster, { namespace, kind: 'deployment', names: idleNames, replicas }),
    ),
    from(
      refused,
      (first) =>
        refusalRemedy(first, place) ??
        byWords(told`Remove what the API server of ${place.cluster} names as the reason: until then no pod is created in ${namespace}.`),
    ),
    from(withoutNode, (first) => schedulingRemedy(first, place.cluster)),
    from(withoutImage, () => byWords(imageRemedy(place.cluster))),
  ];
};

/** With the remedy of what stands in the way, and nothing of its own one. */
const withObstacle = ({ code, cluster, what, evidence }: Problem, { told: sentences, remedy }: Obstacle): Problem => ({
  code,
  ...(cluster === undefined ? {} : { cluster }),
  what,
  evidence: [...new Set([...sentences, ...evidence.map(asObstacle)])].slice(0, MOST_EVIDENCE),
  ...remedy,
});

/** The step's own words for what the obstacle already says. */
const asObstacle = (evidence: string): string => evidence.replace(/^(Deployment \S+ of \S+): scaled to 0$/, '$1 is scaled to 0');

const imageRemedy = (cluster: string): Text =>
  told`Let the nodes of ${cluster} pull the image named above: a registry that they reach, a pull secret, or the image loaded on them. The pods go on by themselves then.`;
