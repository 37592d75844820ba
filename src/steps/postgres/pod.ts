import { z } from 'zod';
import { expectedReplicas, type Database } from '../../domain/database.ts';
import type { ClusterReader } from '../../ports/cluster.ts';

const Terminated = z.object({ reason: z.string().optional(), exitCode: z.number().optional(), finishedAt: z.string().optional() });
const ContainerState = z.object({
  running: z.object({}).optional(),
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  terminated: Terminated.optional(),
});

const Pod = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.object({ containers: z.array(z.object({ name: z.string() })) }),
  status: z
    .object({
      phase: z.string().optional(),
      podIP: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().default(''), message: z.string().default('') }))
        .default([]),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            ready: z.boolean(),
            restartCount: z.number().default(0),
            state: ContainerState.default({}),
            lastState: ContainerState.default({}),
          }),
        )
        .default([]),
    })
    .default({ conditions: [], containerStatuses: [] }),
});
export type DatabasePod = z.infer<typeof Pod>;

/**
 * Pods of the database on one cluster, by name, as that cluster has them. Found by the names that KubeDB gives, not by labels: the work agent leaves
 * those to the spoke, and a changed work takes them off.
 */
export const databasePods = async (cluster: ClusterReader, database: Database): Promise<Map<string, DatabasePod>> => {
  const expected = new Set(expectedReplicas(database).map(({ pod }) => pod));
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: database.namespace });
  return new Map(items.filter(({ metadata }) => expected.has(metadata.name)).map((item) => [item.metadata.name, Pod.parse(item)]));
};

/** Running with every container ready; how many there are depends on the slice's sidecar and is never assumed. */
export const isReady = ({ metadata, spec, status }: DatabasePod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status.phase === 'Running' &&
  status.containerStatuses.length >= spec.containers.length &&
  status.containerStatuses.every(({ ready }) => ready);

/** True once the pod has a node. */
export const isScheduled = (pod: DatabasePod | undefined): boolean =>
  pod?.status.conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'True') === true;

/** '1/2 ready, postgres: CrashLoopBackOff' */
export const podState = ({ metadata, spec, status }: DatabasePod): string => {
  if (metadata.deletionTimestamp !== undefined) return `being deleted since ${metadata.deletionTimestamp}`;
  const ready = status.containerStatuses.filter((container) => container.ready).length;
  const troubles = status.containerStatuses
    .filter((container) => !container.ready)
    .map(({ name, state, restartCount }) => {
      const reason = state.waiting?.reason ?? (state.terminated === undefined ? 'not ready' : `ended with ${state.terminated.exitCode ?? '?'}`);
      return `${name}: ${reason}${restartCount > 0 ? ` after ${restartCount} restarts` : ''}`;
    });
  const unscheduled = status.conditions
    .filter(({ type, status: value }) => type === 'PodScheduled' && value === 'False')
    .map(({ message }) => message);
  return [`${status.phase ?? 'no phase'}, ${ready}/${spec.containers.length} ready`, ...troubles, ...unscheduled].join(', ');
};

/** When the server of the pod ended, if its container is not running now. */
export const endedAt = ({ status }: DatabasePod): string | undefined => {
  const server = status.containerStatuses.find(({ name }) => name === 'postgres');
  if (server === undefined || server.state.running !== undefined) return undefined;
  return server.state.terminated?.finishedAt ?? server.lastState.terminated?.finishedAt;
};
