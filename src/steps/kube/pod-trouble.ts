import { cut } from '../../domain/cut.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf } from './conditions.ts';
import { podsIn, type ContainerStatus, type Pod } from './pods.ts';

/** What keeps a pod from being ready, one fact each. */
interface PodTrouble {
  /** Absent: it is the pod's own (no node, evicted). */
  readonly container?: string;
  /** Kubernetes' word where there is one ('ImagePullBackOff', 'Unschedulable', 'OOMKilled'), else ours ('not ready', 'ended with 1'). */
  readonly reason: string;
  /** Empty where nothing is told. */
  readonly message: string;
  readonly restarts: number;
  /** Nothing stands in its way that is told: it may only be young. */
  readonly unexplained?: boolean;
}

/** Empty for a pod that is ready or has done its work. The pod's own troubles come after those of its containers. */
export const troublesOf = (pod: Pod): PodTrouble[] => {
  const { status } = pod;
  if (status.phase === 'Succeeded') return [];
  const scheduled = conditionOf(pod, 'PodScheduled');
  return [
    ...status.initContainerStatuses.filter(stopsPod).flatMap(containerTrouble),
    ...status.containerStatuses.filter(({ ready }) => !ready).flatMap(containerTrouble),
    ...(scheduled?.status === 'False' ? [{ reason: scheduled.reason || 'not scheduled', message: scheduled.message, restarts: 0 }] : []),
    ...(status.phase === 'Failed' && status.reason !== '' ? [{ reason: status.reason, message: status.message, restarts: 0 }] : []),
  ];
};

/** Of an init container: one that runs or is done is as it should be, one that waits for those before it is told by them. */
const stopsPod = ({ state }: ContainerStatus): boolean =>
  state.running === undefined && state.terminated?.exitCode !== 0 && state.waiting?.reason !== 'PodInitializing';

const containerTrouble = ({ name, state, lastState, restartCount: restarts }: ContainerStatus): PodTrouble[] => {
  const trouble = { container: name, message: state.waiting?.message ?? state.terminated?.message ?? '', restarts };
  const { waiting, terminated } = state;
  const ended = causeOf(lastState.terminated);
  if (waiting !== undefined) return [{ ...trouble, reason: `${waiting.reason ?? 'waiting'}${ended === undefined ? '' : ` (${ended} before)`}` }];
  if (terminated !== undefined)
    return [
      { ...trouble, reason: `ended with ${terminated.exitCode ?? '?'}${inBrackets(causeOf(terminated))}`, unexplained: terminated.exitCode === 0 },
    ];
  return [{ ...trouble, reason: `not ready${ended === undefined ? '' : ` (${ended} before)`}`, unexplained: true }];
};

/** 'OOMKilled'; Error and Completed say no more than the exit code does. */
const causeOf = (terminated: ContainerStatus['state']['terminated']): string | undefined =>
  terminated?.reason === undefined || ['', 'Error', 'Completed'].includes(terminated.reason) ? undefined : terminated.reason;
const inBrackets = (cause: string | undefined): string => (cause === undefined ? '' : ` (${cause})`);

/** Kubernetes' reasons for a container whose image is not there. */
export const isImageTrouble = (reason: string): boolean =>
  /^(?:ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)\b/.test(
    reason,
  );

const LONGEST_MESSAGE = 200;

/** Why pods of a namespace are not ready, a sentence for each fact: image pulls, crashes, scheduling. Containers that may only be young are not told. */
export const podTroubles = async (cluster: ClusterReader, namespace: string): Promise<string[]> =>
  (await podsIn(cluster, { namespace })).flatMap((pod) =>
    troublesOf(pod)
      .filter(({ unexplained, restarts }) => unexplained !== true || restarts > 0)
      .map(({ reason, message }) => `pod ${pod.metadata.name}: ${reason}${message === '' ? '' : ` (${cut(message, LONGEST_MESSAGE)})`}`),
  );

/** 'Running, 1/2 ready, postgres: CrashLoopBackOff after 3 restarts' */
export const podState = (pod: Pod): string => {
  const { metadata, spec, status } = pod;
  if (metadata.deletionTimestamp !== undefined) return `being deleted since ${metadata.deletionTimestamp}`;
  const ready = status.containerStatuses.filter((container) => container.ready).length;
  const troubles = troublesOf(pod).map(({ container, reason, message, restarts }) =>
    container === undefined ? message || reason : `${container}: ${reason}${restarts > 0 ? ` after ${restarts} restarts` : ''}`,
  );
  return [`${status.phase ?? 'no phase'}, ${ready}/${spec.containers.length} ready`, ...troubles].join(', ');
};
