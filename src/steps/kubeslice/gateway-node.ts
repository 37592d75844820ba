import { z } from 'zod';
import { AUTO, type Cluster } from '../../domain/fleet.ts';
import type { Problem } from '../../domain/problem.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { GATEWAY_LABEL } from './objects.ts';
import { told } from '../../domain/text.ts';

const nodeSchema = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string().optional(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z
    .object({ unschedulable: z.boolean().default(false), taints: z.array(z.object({ key: z.string(), effect: z.string() })).default([]) })
    .default({ unschedulable: false, taints: [] }),
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }).default({ conditions: [] }),
});
export type GatewayNode = z.infer<typeof nodeSchema>;

export interface GatewayChoice {
  readonly node: GatewayNode;
  readonly labelled: boolean;
  /** Other nodes that carry the label as well. */
  readonly others: readonly string[];
}

export const isLabelled = ({ metadata }: GatewayNode): boolean => metadata.labels[GATEWAY_LABEL] === 'gateway';

/** KubeSlice's operator and gateways tolerate no taint, so a tainted node cannot serve. */
export const whyUnusable = ({ metadata, spec, status }: GatewayNode): string | undefined => {
  if (!status.conditions.some(({ type, status: met }) => type === 'Ready' && met === 'True')) return `${metadata.name} is not Ready`;
  if (spec.unschedulable) return `${metadata.name} is cordoned`;
  const taint = spec.taints.find(({ effect }) => effect !== 'PreferNoSchedule');
  return taint === undefined ? undefined : `${metadata.name} has taint ${taint.key}:${taint.effect}`;
};

/** The configured node; for `auto` one that is labelled already and can serve, else the first by name that can. */
export const chooseGateway = async (reader: ClusterReader, { name: cluster, gateway }: Cluster): Promise<GatewayChoice | Problem> => {
  const { items } = await reader.list({ apiVersion: 'v1', kind: 'Node' });
  const nodes = items.map((item) => nodeSchema.parse(item)).toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const candidates = gateway.node === AUTO ? nodes : nodes.filter(({ metadata }) => metadata.name === gateway.node);
  const usable = candidates.filter((node) => whyUnusable(node) === undefined);
  const node = usable.find(isLabelled) ?? usable[0];
  if (node === undefined)
    return {
      code: 'PGD-032',
      what:
        gateway.node === AUTO ? told`no node of ${cluster} can carry the gateway` : told`node ${gateway.node} of ${cluster} cannot carry the gateway`,
      evidence:
        candidates.length === 0
          ? [`${cluster} has nodes ${nodes.map(({ metadata }) => metadata.name).join(', ') || '(none)'}`]
          : candidates.map((one) => whyUnusable(one) ?? ''),
      remedy: told`Free one node of its taint, uncordon it, or name another one in clusters[].gateway.node of pgdist.yaml: KubeSlice tolerates no taint.`,
    };
  const others = nodes.filter((other) => other !== node && isLabelled(other)).map(({ metadata }) => metadata.name);
  return { node, labelled: isLabelled(node), others };
};
