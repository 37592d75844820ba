import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf, conditions } from './conditions.ts';
import { flag, list, maybeText, objectMeta, part, quantity, text, texts } from './lenient.ts';
import { listObjects } from './read.ts';

/** Of a node whether it takes pods, how large it is and which networks it has. Exported for tests. */
export const nodeSchema = z.object({
  metadata: objectMeta,
  spec: part({
    unschedulable: flag,
    taints: list(z.object({ key: text, effect: z.string() })),
    podCIDR: maybeText,
    podCIDRs: texts,
    providerID: text,
  }),
  status: part({
    conditions,
    capacity: part({ cpu: quantity, memory: quantity }),
    addresses: list(z.object({ type: z.string(), address: z.string() })),
    nodeInfo: part({ kubeletVersion: text }),
  }),
});
export type Node = z.infer<typeof nodeSchema>;

export const nodesOf = (cluster: ClusterReader): Promise<Node[]> => listObjects(cluster, { apiVersion: 'v1', kind: 'Node' }, nodeSchema);

/** Why a pod without tolerations finds no place there ('is cordoned'); undefined where it does. A node that has not told that it is Ready is not. */
export const whyUnusable = (node: Node): string | undefined => {
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) return 'has not told yet whether it is Ready';
  if (ready.status !== 'True') return 'is not Ready';
  const { unschedulable, taints } = node.spec;
  if (unschedulable) return 'is cordoned';
  const taint = taints.find(({ effect }) => effect !== 'PreferNoSchedule');
  return taint === undefined ? undefined : `has taint ${taint.key}:${taint.effect}`;
};
