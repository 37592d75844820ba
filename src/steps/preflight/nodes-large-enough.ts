import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { bytesOf } from '../../domain/quantity.ts';
import { stepId } from '../../domain/step.ts';
import { byTyping, byWords, type Remedy } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { type Node, nodesOf, whyUnusable } from '../kube/nodes.ts';
import { reading, rightsTo } from '../rights.ts';

/** The guide's prerequisites: 4 vCPU and 16 GB for each node. A machine sold with 16 GB reports some percent less: firmware and kernel keep them. */
const CPUS = 4;
const MEMORY_BYTES = 16e9 * 0.95;

/** Pods find a node here. Small nodes are told and do not block: the guide's size is for production. */
export const nodesLargeEnough = (_fleet: Fleet, { name }: Cluster): Step =>
  gate({
    id: stepId('preflight/nodes-large-enough', name),
    title: `nodes of ${name} are large enough`,
    stage: 'Preflight',
    cluster: name,
    rights: rightsTo('see whether nodes take pods', name, reading({ apiVersion: 'v1', kind: 'Node' })),
    async examine(context) {
      const nodes = await nodesOf(context.cluster(name));
      const usable = nodes.filter((node) => whyUnusable(node) === undefined);
      const warnings = usable
        .filter((node) => isSmall(node) || !isSized(node))
        .map((node) => `node ${node.metadata.name} of ${name} has ${sizeOf(node)}; the guide asks for 4 and 16`);
      if (usable.length > 0) return { problems: [], evidence: `${usable.length} of ${nodes.length} nodes take pods`, warnings };
      return {
        evidence: '',
        problems: [
          {
            code: 'PGD-011',
            what: told`no node of ${name} takes pods`,
            evidence:
              nodes.length === 0 ? ['the cluster has no nodes'] : nodes.map((node) => `node ${node.metadata.name} ${whyUnusable(node) ?? ''}`),
            ...(cordonRemedy(name, nodes) ??
              byWords(
                told`Bring a node of ${name}, of linux on amd64 or arm64, to Ready without cordon or taints (4 vCPU and 16 GB or more), then plan again.`,
              )),
          },
        ],
      };
    },
  });

/** Where nothing else is in the way of the nodes. */
const cordonRemedy = (cluster: string, nodes: readonly Node[]): Remedy | undefined => {
  const reasons = nodes.map((node) => ({ name: node.metadata.name, why: whyUnusable(node) }));
  const cordoned = reasons.filter(({ why }) => why === 'is cordoned').map(({ name }) => name);
  if (cordoned.length === 0) return undefined;
  return byTyping(told`Find out whether its maintenance is over, then uncordon it:`, kubectlOn(cluster, `uncordon ${cordoned.join(' ')}`));
};

/** A size that is not told is not called small. */
const isSmall = ({ status: { capacity } }: Node): boolean =>
  (cpusOf(capacity.cpu) ?? CPUS) < CPUS || (memoryOf(capacity.memory) ?? MEMORY_BYTES) < MEMORY_BYTES;

const isSized = ({ status: { capacity } }: Node): boolean => cpusOf(capacity.cpu) !== undefined && memoryOf(capacity.memory) !== undefined;

const memoryOf = (quantity: string | undefined): number | undefined => (quantity === undefined ? undefined : bytesOf(quantity));
const cpusOf = (quantity: string | undefined): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity ?? '');
  return match === null ? undefined : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
};

const sizeOf = ({ status: { capacity } }: Node): string => {
  const bytes = memoryOf(capacity.memory);
  return `${cpusOf(capacity.cpu) === undefined ? 'an unknown number of' : capacity.cpu} CPUs and ${bytes === undefined ? 'an unknown number of' : (bytes / 1e9).toFixed(1)} GB`;
};
