import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf, conditions, isTrue } from './conditions.ts';
import { count, flag, list, maybeCount, maybePart, maybeText, objectMeta, part, text, texts } from './lenient.ts';
import { listObjects } from './read.ts';

/** Which one it is in is told by which is there. */
const containerState = part({
  running: maybePart({}),
  waiting: maybePart({ reason: maybeText, message: maybeText }),
  terminated: maybePart({ reason: maybeText, message: maybeText, exitCode: maybeCount, finishedAt: maybeText }),
});
const containerStatuses = list(z.object({ name: text, ready: flag, restartCount: count, state: containerState, lastState: containerState }));
export type ContainerStatus = z.infer<typeof containerStatuses>[number];

const mountedConfigMap = maybePart({ name: maybeText, items: list(z.object({ key: z.string(), path: z.string() })) });

/** What a pod is to run: of pods themselves, and of what makes them. */
export const podSpec = part({
  hostNetwork: flag,
  nodeName: maybeText,
  dnsPolicy: maybeText,
  volumes: list(
    z.object({
      name: z.string(),
      configMap: mountedConfigMap,
      projected: maybePart({ sources: list(z.object({ configMap: mountedConfigMap })) }),
    }),
  ),
  containers: list(
    z.object({
      name: text,
      image: text,
      command: texts,
      args: texts,
      env: list(z.object({ name: z.string(), value: maybeText })),
      ports: list(z.object({ name: maybeText, containerPort: z.number(), protocol: z.string().catch('TCP') })),
      volumeMounts: list(z.object({ name: z.string(), mountPath: z.string(), subPath: maybeText })),
    }),
  ),
});

export const podSchema = z.object({
  metadata: objectMeta,
  spec: podSpec,
  status: part({
    phase: maybeText,
    reason: text,
    message: text,
    podIPs: list(z.object({ ip: z.string() })),
    conditions,
    initContainerStatuses: containerStatuses,
    containerStatuses,
  }),
});
export type Pod = z.infer<typeof podSchema>;

export const podsIn = (cluster: ClusterReader, where: { readonly namespace?: string; readonly labelSelector?: string }): Promise<Pod[]> =>
  listObjects(cluster, { apiVersion: 'v1', kind: 'Pod', ...where }, podSchema);

/**
 * Running with every container ready; how many there are depends on sidecars that others add, and is never assumed. Of a node that does not answer the
 * containers stay as they last were, and only the pod's own Ready is taken back, by the node controller.
 */
export const allContainersReady = ({ metadata: { deletionTimestamp }, spec, status }: Pod): boolean =>
  deletionTimestamp === undefined &&
  conditionOf({ status }, 'Ready')?.status !== 'False' &&
  status.phase === 'Running' &&
  status.containerStatuses.length > 0 &&
  status.containerStatuses.length >= spec.containers.length &&
  status.containerStatuses.every(({ ready }) => ready);

/** As Kubernetes itself judges it; a pod that is being deleted is not. */
export const isReady = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && isTrue(pod, 'Ready');

/** True once the pod has a node. */
export const isScheduled = (pod: Pod): boolean => isTrue(pod, 'PodScheduled');
