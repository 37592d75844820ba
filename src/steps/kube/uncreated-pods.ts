import { cut } from '../../domain/cut.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { type Grant, watching } from '../rights.ts';
import { conditionOf } from './conditions.ts';
import { type Deployment, deploymentsIn } from './deployments.ts';
import { type Event, eventsIn, instantOf } from './events.ts';
import { type Pod, podsIn } from './pods.ts';

/** A refusal of a webhook names it, its address and what the network said: more than of other messages has to be told. */
const LONGEST_REFUSAL = 400;
const FAILURE = 'ReplicaFailure';
/** Reason of all controllers that make pods: ReplicaSets, StatefulSets, DaemonSets, Jobs. */
const FAILED_CREATE = 'FailedCreate';

/**
 * Pods that a controller of the namespace wants and the API server refuses, a sentence for each owner: such a pod does not exist, so that nothing else
 * tells why it is missing. From condition ReplicaFailure of Deployments, and from events of owners whose pods did not come since.
 */
export const uncreatedPods = async (cluster: ClusterReader, namespace: string): Promise<string[]> => {
  const [deployments, events] = await Promise.all([
    deploymentsIn(cluster, namespace),
    eventsIn(cluster, namespace, { fieldSelector: `reason=${FAILED_CREATE}` }),
  ]);
  const refused = newestOfEach(events.filter(({ reason, involvedObject }) => reason === FAILED_CREATE && involvedObject.kind !== 'Deployment'));
  const pods = refused.length === 0 ? [] : await podsIn(cluster, { namespace });
  return [
    ...deployments
      .filter(isRefused)
      .map((deployment) => sentence(cluster, 'Deployment', deployment.metadata, conditionOf(deployment, FAILURE)?.message)),
    ...refused
      .filter((event) => !isToldOrOver(event, deployments) && !pods.some((pod) => cameSince(pod, event)))
      .map(({ involvedObject: { kind, name }, message }) => sentence(cluster, kind, { namespace, name }, message)),
  ];
};

/** To see them, of the namespace or, without one, of all. */
export const uncreatedPodsGrants = (namespace: string): Grant[] => [
  watching({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }),
  watching({ apiVersion: 'v1', kind: 'Event', namespace }),
  watching({ apiVersion: 'v1', kind: 'Pod', namespace }),
];

const sentence = (
  cluster: ClusterReader,
  kind: string,
  { namespace = '', name }: Pick<Deployment['metadata'], 'namespace' | 'name'>,
  message = '',
): string =>
  `${kind} ${namespace}/${name} of ${cluster.name} cannot create its pods: ${cut(message.replace(WORDS_BEFORE, '') || FAILED_CREATE, LONGEST_REFUSAL)}`;

/** What controllers put before the words of the API server. */
const WORDS_BEFORE = /^Error creating: |^create Pod \S+ in StatefulSet \S+ failed error: /;

const isRefused = (deployment: Deployment): boolean => {
  const failure = conditionOf(deployment, FAILURE);
  return failure?.status === 'True' && failure.reason !== 'FailedDelete';
};

/** Events come latest first. */
const newestOfEach = (events: readonly Event[]): Event[] => {
  const seen = new Set<string>();
  return events.filter(({ involvedObject: { kind, name } }) => {
    const owner = `${kind}/${name}`;
    return seen.size < seen.add(owner).size;
  });
};

/** Of a ReplicaSet whose Deployment tells it itself, or has all its pods: from another ReplicaSet than this one, perhaps. */
const isToldOrOver = ({ involvedObject: { kind, name } }: Event, deployments: readonly Deployment[]): boolean => {
  if (kind !== 'ReplicaSet') return false;
  const deployment = deployments.find(({ metadata }) => metadata.name === name.slice(0, Math.max(0, name.lastIndexOf('-'))));
  if (deployment === undefined) return false;
  return isRefused(deployment) || deployment.status.replicas >= deployment.spec.replicas;
};

/** A pod of the owner that was made after the refusal: whatever was in the way is not any more. */
const cameSince = ({ metadata }: Pod, event: Event): boolean =>
  metadata.ownerReferences.some(({ kind, name }) => kind === event.involvedObject.kind && name === event.involvedObject.name) &&
  metadata.creationTimestamp !== undefined &&
  Date.parse(metadata.creationTimestamp) >= Date.parse(instantOf(event));
