import type { Kind } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { deploymentSchema } from '../kube/deployments.ts';
import { type Event, eventsIn, instantOf } from '../kube/events.ts';
import { troublesOf } from '../kube/pod-trouble.ts';
import { type Pod, podsIn } from '../kube/pods.ts';
import { listObjects } from '../kube/read.ts';

export const RELEASE = 'kubedb';
/** In which the chart keeps the licence, where it is not given another name. */
export const LICENCE_SECRET = 'kubedb-license';

const KINDS: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
];

export interface OperatorWorkload {
  /** 'StatefulSet kubedb-kubedb-provisioner' */
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** Everything that the release runs: which and how many depends on the chart's version and values, so they are never counted by name. */
export const operatorWorkloads = async (hub: ClusterReader, namespace: string): Promise<OperatorWorkload[]> => {
  const lists = await Promise.all(
    KINDS.map(async (kind) =>
      (await listObjects(hub, { ...kind, namespace }, deploymentSchema)).map((workload) => ({ ...workload, kind: kind.kind })),
    ),
  );
  return lists
    .flat()
    .filter(({ metadata }) => metadata.annotations['meta.helm.sh/release-name'] === RELEASE)
    .map(({ kind, metadata, spec, status }) => ({ name: `${kind} ${metadata.name}`, ready: status.readyReplicas, wanted: spec.replicas }));
};

/** Why the operator's pods are not ready, one sentence per fact: waiting containers and warnings, the licence's first. */
export const operatorTroubles = async (hub: ClusterReader, namespace: string): Promise<string[]> => {
  const [pods, events] = await Promise.all([podsIn(hub, { namespace }), eventsIn(hub, namespace)]);
  const licence = events.filter((event) => event.reason === LICENCE_EVENT && pods.some((pod) => diedOf(pod, event)));
  const waiting = pods.flatMap((pod) =>
    troublesOf(pod).map(({ container, reason, message, unexplained, restarts }) => {
      const told = unexplained === true ? `${reason}, phase ${pod.status.phase ?? 'unknown'}` : reason;
      return container === undefined
        ? `pod ${pod.metadata.name}: ${reason}${message === '' ? '' : ` (${message})`}`
        : `pod ${pod.metadata.name}, container ${container}: ${told}${restarts > 0 ? `, ${restarts} restarts` : ''}`;
    }),
  );
  const warnings = events.filter(({ type, reason }) => type === 'Warning' && reason !== LICENCE_EVENT);
  const told = [...licence, ...warnings].map(({ involvedObject, reason, message }) => `${involvedObject.name}: ${reason}: ${message}`);
  return [...new Set([...told.slice(0, 1), ...waiting, ...told.slice(1)])].slice(0, 6);
};

/** The verifier writes its event right before it ends the container; events stay for an hour, whatever a pod died of since. */
const BEFORE_END_MS = 30_000;
const diedOf = ({ metadata, status }: Pod, event: Event): boolean =>
  metadata.name.startsWith(`${event.involvedObject.name}-`) &&
  status.containerStatuses.some(({ ready, state, lastState }) => {
    const ended = (state.terminated ?? lastState.terminated)?.finishedAt;
    return !ready && ended !== undefined && Date.parse(instantOf(event)) >= Date.parse(ended) - BEFORE_END_MS;
  });

/** Reason that KubeDB's licence verifier writes when it stops the operator (stashed/stash#1569 shows the same text). */
const LICENCE_EVENT = 'License Verification Failed';

export const isLicenceTrouble = (trouble: string): boolean => trouble.includes(LICENCE_EVENT);
