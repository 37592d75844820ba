import { z } from 'zod';
import { cut } from '../../domain/cut.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf, conditions } from './conditions.ts';
import { flag, list, maybeText, objectMeta, part, quantity, text, texts } from './lenient.ts';
import { listObjects } from './read.ts';

/** Of a node whether it takes pods, how large it is and which networks it has. Exported for tests. */
export const nodeSchema = z.object({
  metadata: objectMeta,
  spec: part({
    unschedulable: flag,
    taints: list(z.object({ key: text, effect: text })),
    podCIDR: maybeText,
    podCIDRs: texts,
    providerID: text,
  }),
  status: part({
    conditions,
    capacity: part({ cpu: quantity, memory: quantity }),
    addresses: list(z.object({ type: z.string(), address: z.string() })),
    nodeInfo: part({ kubeletVersion: text, operatingSystem: text, architecture: text }),
  }),
});
export type Node = z.infer<typeof nodeSchema>;

export const nodesOf = (cluster: ClusterReader): Promise<Node[]> => listObjects(cluster, { apiVersion: 'v1', kind: 'Node' }, nodeSchema);

/** Of the platforms that Kubernetes has nodes of, those that the images of OCM, KubeSlice and KubeDB are built for. */
const SYSTEM = 'linux';
const ARCHITECTURES: readonly string[] = ['amd64', 'arm64'];

/**
 * Why a pod without tolerations finds no place there that it can run on ('is cordoned'); undefined where it does. A node that has not told that it is
 * Ready is not; one that tells nothing of its platform may have the right one.
 */
export const whyUnusable = (node: Node): string | undefined => {
  if (node.metadata.deletionTimestamp !== undefined) return 'is being deleted';
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) return 'has not told yet whether it is Ready';
  if (ready.status !== 'True') return 'is not Ready';
  if (isVirtual(node)) return 'is a virtual node, which runs no privileged pod and no host network';
  const { labels } = node.metadata;
  const { operatingSystem, architecture } = node.status.nodeInfo;
  const system = labels['kubernetes.io/os'] ?? labels['beta.kubernetes.io/os'] ?? operatingSystem;
  if (system !== '' && system !== SYSTEM) return `runs ${cut(system, LONGEST)}, the images are for ${SYSTEM}`;
  const machine = labels['kubernetes.io/arch'] ?? labels['beta.kubernetes.io/arch'] ?? architecture;
  if (machine !== '' && !ARCHITECTURES.includes(machine))
    return `has architecture ${cut(machine, LONGEST)}, the images are for ${ARCHITECTURES.join(' and ')}`;
  const { unschedulable, taints } = node.spec;
  if (unschedulable) return 'is cordoned';
  const taint = taints.find(({ effect }) => effect !== 'PreferNoSchedule');
  return taint === undefined ? undefined : `has taint ${taint.key}:${taint.effect}`;
};

const LONGEST = 60;

/** Pods there are handed to another service: virtual kubelets of any provider, and Fargate. */
const isVirtual = ({ metadata: { labels }, spec, status }: Node): boolean =>
  labels['eks.amazonaws.com/compute-type'] === 'fargate' ||
  labels['type'] === 'kwok' ||
  Object.entries(labels).some(([key, value]) => key.startsWith('virtual-kubelet.io/') || value === 'virtual-kubelet' || value === 'virtual-node') ||
  spec.taints.some(({ key }) => key.startsWith('virtual-kubelet.io/')) ||
  /-vk(-|$)|virtual-kubelet/.test(status.nodeInfo.kubeletVersion);

/** A node of the control plane, where it takes pods at all, has others to serve first. */
export const isControlPlane = ({ metadata: { labels } }: Node): boolean =>
  labels['node-role.kubernetes.io/control-plane'] !== undefined || labels['node-role.kubernetes.io/master'] !== undefined;
