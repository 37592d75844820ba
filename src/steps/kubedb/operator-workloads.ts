import { z } from 'zod';
import type { Kind } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';

export const RELEASE = 'kubedb';

const KINDS: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
];

const Workload = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z
    .object({ readyReplicas: z.number().default(0), updatedReplicas: z.number().optional(), observedGeneration: z.number().optional() })
    .default({ readyReplicas: 0 }),
});

export interface OperatorWorkload {
  /** 'StatefulSet kubedb-kubedb-provisioner' */
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** Everything that the release runs: which and how many depends on the chart's version and values, so they are never counted by name. */
export const operatorWorkloads = async (hub: ClusterReader, namespace: string): Promise<OperatorWorkload[]> => {
  const lists = await Promise.all(KINDS.map(async (kind) => (await hub.list({ ...kind, namespace })).items.map((item) => ({ ...item, ...kind }))));
  return lists
    .flat()
    .map((item) => Workload.parse(item))
    .filter(({ metadata }) => metadata.annotations['meta.helm.sh/release-name'] === RELEASE)
    .map(({ kind, metadata, spec, status }) => ({ name: `${kind} ${metadata.name}`, ready: status.readyReplicas, wanted: spec.replicas }));
};

const Pods = z.array(
  z.object({
    metadata: z.object({ name: z.string() }),
    status: z
      .object({
        phase: z.string().optional(),
        containerStatuses: z
          .array(
            z.object({
              name: z.string(),
              ready: z.boolean(),
              restartCount: z.number().default(0),
              state: z.object({ waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional() }).default({}),
            }),
          )
          .default([]),
      })
      .default({ containerStatuses: [] }),
  }),
);
const Events = z.array(
  z.object({
    type: z.string().optional(),
    reason: z.string().default(''),
    message: z.string().default(''),
    involvedObject: z.object({ name: z.string().default('') }).default({ name: '' }),
  }),
);

/** Why the operator's pods are not ready, one sentence per fact: waiting containers and warnings, the licence's first. */
export const operatorTroubles = async (hub: ClusterReader, namespace: string): Promise<string[]> => {
  const pods = Pods.parse((await hub.list({ apiVersion: 'v1', kind: 'Pod', namespace })).items);
  const events = Events.parse((await hub.list({ apiVersion: 'v1', kind: 'Event', namespace })).items);
  const licence = events.filter(({ reason }) => reason === LICENCE_EVENT);
  const waiting = pods.flatMap(({ metadata, status }) =>
    status.containerStatuses
      .filter(({ ready }) => !ready)
      .map(({ name, state, restartCount }) => {
        const reason = state.waiting?.reason ?? `not ready, phase ${status.phase ?? 'unknown'}`;
        return `pod ${metadata.name}, container ${name}: ${reason}${restartCount > 0 ? `, ${restartCount} restarts` : ''}`;
      }),
  );
  const warnings = events.filter(({ type, reason }) => type === 'Warning' && reason !== LICENCE_EVENT);
  const told = [...licence, ...warnings].map(({ involvedObject, reason, message }) => `${involvedObject.name}: ${reason}: ${message}`);
  return [...new Set([...told.slice(0, 1), ...waiting, ...told.slice(1)])].slice(0, 6);
};

/** Reason that KubeDB's licence verifier writes when it stops the operator (stashed/stash#1569 shows the same text). */
const LICENCE_EVENT = 'License Verification Failed';

export const isLicenceTrouble = (trouble: string): boolean => trouble.includes(LICENCE_EVENT);
