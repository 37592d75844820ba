import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import { count, list, maybeCount, maybeText, objectMeta, part, text, textMap, texts } from './lenient.ts';
import { conditions } from './conditions.ts';
import { type Grant, watching } from '../rights.ts';
import { listObjects } from './read.ts';

/** Deployments and StatefulSets: what both are wanted to be and are. */
export const deploymentSchema = z.object({
  metadata: objectMeta,
  spec: part({
    replicas: z.number().catch(1),
    selector: part({ matchLabels: textMap }),
    template: part({
      spec: part({
        containers: list(z.object({ name: text, args: texts, command: texts, env: list(z.object({ name: z.string(), value: maybeText })) })),
      }),
    }),
  }),
  status: part({
    /** Undefined until the controller has looked at the object for the first time. */
    observedGeneration: maybeCount,
    replicas: count,
    updatedReplicas: count,
    readyReplicas: count,
    availableReplicas: count,
    conditions,
  }),
});
export type Deployment = z.infer<typeof deploymentSchema>;

export const deploymentsIn = (cluster: ClusterReader, namespace: string): Promise<Deployment[]> =>
  listObjects(cluster, { apiVersion: 'apps/v1', kind: 'Deployment', namespace }, deploymentSchema);

/**
 * All replicas run the newest template and are available, and none of an older one is left. One that is scaled to 0 runs nothing, one that is being
 * deleted is on its way out.
 */
export const isRolledOut = ({ metadata: { generation, deletionTimestamp }, spec, status }: Deployment): boolean =>
  deletionTimestamp === undefined &&
  spec.replicas > 0 &&
  status.observedGeneration !== undefined &&
  status.observedGeneration >= generation &&
  status.updatedReplicas === spec.replicas &&
  status.replicas === spec.replicas &&
  status.availableReplicas === spec.replicas;

/** What a roll-out waits for, in a few words. */
export const rolloutText = ({ metadata: { deletionTimestamp }, spec, status }: Deployment): string => {
  if (deletionTimestamp !== undefined) return `is being deleted since ${deletionTimestamp}`;
  if (spec.replicas === 0) return 'scaled to 0';
  if (status.observedGeneration === undefined) return 'its controller has not reported on it yet';
  return status.availableReplicas < spec.replicas
    ? `${status.availableReplicas} of ${spec.replicas} replicas available`
    : 'all replicas available, those of before are still leaving';
};

/** Words with which the containers start. */
export const argumentsOf = ({ spec }: Deployment): string[] => spec.template.spec.containers.flatMap(({ command, args }) => [...command, ...args]);

/** To see Deployments of a namespace roll out, and why their pods do not start. */
export const workloadsOf = (namespace: string): Grant[] => [
  watching({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }),
  watching({ apiVersion: 'v1', kind: 'Pod', namespace }),
];
