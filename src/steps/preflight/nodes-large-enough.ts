import { z } from 'zod';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { bytesOf } from '../../domain/quantity.ts';
import { stepId } from '../../domain/step.ts';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { told } from '../../domain/text.ts';
import { reading, rightsTo } from '../rights.ts';

/** The guide's prerequisites: 4 vCPU and 16 GB for each node. A machine sold with 16 GB reports some percent less: firmware and kernel keep them. */
const CPUS = 4;
const MEMORY_BYTES = 16e9 * 0.95;

const nodeSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z
    .object({ unschedulable: z.boolean().optional(), taints: z.array(z.object({ key: z.string(), effect: z.string() })).optional() })
    .default({}),
  status: z.object({
    capacity: z.object({ cpu: z.string(), memory: z.string() }),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  }),
});
type Node = z.infer<typeof nodeSchema>;

/** Pods find a node here. Small nodes are told and do not block: the guide's size is for production. */
export const nodesLargeEnough = (_fleet: Fleet, { name }: Cluster): Step =>
  gate({
    id: stepId('preflight/nodes-large-enough', name),
    title: `nodes of ${name} are large enough`,
    stage: 'Preflight',
    cluster: name,
    rights: rightsTo('see whether nodes take pods', name, reading({ apiVersion: 'v1', kind: 'Node' })),
    async examine(context) {
      const { items } = await context.cluster(name).list({ apiVersion: 'v1', kind: 'Node' });
      const nodes = items.map((item: KubeObject) => nodeSchema.parse(item));
      const usable = nodes.filter((node) => whyUnusable(node) === undefined);
      const warnings = usable
        .filter(isSmall)
        .map(
          ({ metadata, status: { capacity } }) =>
            `node ${metadata.name} of ${name} has ${capacity.cpu} CPUs and ${gigabytes(capacity.memory)} GB; the guide asks for 4 and 16`,
        );
      if (usable.length > 0) return { problems: [], evidence: `${usable.length} of ${nodes.length} nodes take pods`, warnings };
      return {
        evidence: '',
        problems: [
          {
            code: 'PGD-011',
            what: told`no node of ${name} takes pods`,
            evidence:
              nodes.length === 0 ? ['the cluster has no nodes'] : nodes.map((node) => `node ${node.metadata.name} ${whyUnusable(node) ?? ''}`),
            remedy: told`Bring a node of ${name} to Ready without cordon or taints (4 vCPU and 16 GB or more), then plan again.`,
          },
        ],
      };
    },
  });

const whyUnusable = ({ spec, status }: Node): string | undefined => {
  if (spec.unschedulable === true) return 'is cordoned';
  const taint = spec.taints?.find(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  if (taint !== undefined) return `has the taint ${taint.key}:${taint.effect}`;
  return status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True') ? undefined : 'is not Ready';
};

const isSmall = ({ status: { capacity } }: Node): boolean => cpusOf(capacity.cpu) < CPUS || (bytesOf(capacity.memory) ?? 0) < MEMORY_BYTES;
const cpusOf = (quantity: string): number => (quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity));
const gigabytes = (quantity: string): string => ((bytesOf(quantity) ?? 0) / 1e9).toFixed(1);
