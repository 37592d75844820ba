import type { Kind } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { deploymentSchema } from '../kube/deployments.ts';
import { eventsIn } from '../kube/events.ts';
import { troublesOf } from '../kube/pod-trouble.ts';
import { podsIn } from '../kube/pods.ts';
import { listObjects } from '../kube/read.ts';

export const RELEASE = 'kubedb';

const KINDS: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
];

interface OperatorWorkload {
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
  const licence = events.filter(({ reason }) => reason === LICENCE_EVENT);
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

/** Reason that KubeDB's licence verifier writes when it stops the operator (stashed/stash#1569 shows the same text). */
const LICENCE_EVENT = 'License Verification Failed';

export const isLicenceTrouble = (trouble: string): boolean => trouble.includes(LICENCE_EVENT);
