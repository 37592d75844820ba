import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import { watching, type Grant } from '../rights.ts';

const deploymentSchema = z.object({
  metadata: z.object({ name: z.string(), generation: z.number().default(0) }),
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ args: z.array(z.string()).default([]), command: z.array(z.string()).default([]) })) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
    })
    .default({ observedGeneration: 0, replicas: 0, updatedReplicas: 0, availableReplicas: 0 }),
});
export type Deployment = z.infer<typeof deploymentSchema>;

export const deploymentsIn = async (cluster: ClusterReader, namespace: string): Promise<Deployment[]> => {
  const { items } = await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace });
  return items.map((item) => deploymentSchema.parse(item));
};

/** All replicas run the newest template and are available; none of an older one is left. */
export const isRolledOut = ({ metadata, spec, status }: Deployment): boolean =>
  status.observedGeneration >= metadata.generation &&
  status.updatedReplicas === spec.replicas &&
  status.replicas === spec.replicas &&
  status.availableReplicas === spec.replicas;

/** What a roll-out waits for, in a few words. */
export const rolloutText = ({ spec, status }: Deployment): string =>
  spec.replicas === 0
    ? 'scaled to 0'
    : status.availableReplicas < spec.replicas
      ? `${status.availableReplicas} of ${spec.replicas} replicas available`
      : 'all replicas available, those of before are still leaving';

/** Words with which the containers start. */
export const argumentsOf = ({ spec }: Deployment): string[] => spec.template.spec.containers.flatMap(({ command, args }) => [...command, ...args]);

const podSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional(), message: z.string().optional() }))
        .default([]),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            state: z.object({ waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional() }).default({}),
          }),
        )
        .default([]),
    })
    .default({ phase: 'Unknown', conditions: [], containerStatuses: [] }),
});

/** Why pods of a namespace are not ready, a sentence for each: image pulls, crashes, scheduling. */
export const podTroubles = async (cluster: ClusterReader, namespace: string): Promise<string[]> => {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace });
  return items.flatMap((item) => {
    const { metadata, status } = podSchema.parse(item);
    const waiting = status.containerStatuses.flatMap(({ state }) => (state.waiting === undefined ? [] : [state.waiting]));
    const unscheduled = status.conditions.filter(({ type, status: met }) => type === 'PodScheduled' && met === 'False');
    return [...waiting, ...unscheduled].map(
      ({ reason = 'waiting', message }) => `pod ${metadata.name}: ${reason}${message === undefined ? '' : ` (${message.slice(0, 200)})`}`,
    );
  });
};

/** To see Deployments of a namespace roll out, and why their pods do not start. */
export const workloadsOf = (namespace: string): Grant[] => [
  watching({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }),
  watching({ apiVersion: 'v1', kind: 'Pod', namespace }),
];
