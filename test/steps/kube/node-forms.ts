import type { KubeObject } from '../../../src/kube-api/objects.ts';

/** A node as clusters have them, and why no pod of ours runs there; absent: one does. */
export interface NodeForm {
  readonly title: string;
  readonly why?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[];
  readonly unschedulable?: boolean;
  readonly conditions?: readonly { readonly type: string; readonly status?: string }[];
  readonly nodeInfo?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const linux = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };

export const NODES: readonly NodeForm[] = [
  { title: 'a node of linux on amd64 takes pods', labels: linux },
  { title: 'a node of linux on arm64 takes pods', labels: { ...linux, 'kubernetes.io/arch': 'arm64' } },
  { title: 'a node that tells its platform only in its status takes pods', nodeInfo: { operatingSystem: 'linux', architecture: 'arm64' } },
  {
    title: 'a node of an old kubelet, with the labels of before, takes pods',
    labels: { 'beta.kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'amd64' },
  },
  { title: 'a node that tells no platform may take pods' },
  { title: 'a node of the control plane without a taint takes pods', labels: { ...linux, 'node-role.kubernetes.io/control-plane': '' } },
  { title: 'a node with a taint that only prefers others takes pods', labels: linux, taints: [{ key: 'spot', effect: 'PreferNoSchedule' }] },
  { title: 'a node of AKS takes pods', labels: { ...linux, 'kubernetes.azure.com/mode': 'system', 'kubernetes.azure.com/cluster': 'MC_a' } },
  { title: 'a node of EKS takes pods', labels: { ...linux, 'eks.amazonaws.com/nodegroup': 'a', 'eks.amazonaws.com/capacityType': 'SPOT' } },
  { title: 'a node of GKE takes pods', labels: { ...linux, 'cloud.google.com/gke-nodepool': 'a' } },
  { title: 'a node of Bottlerocket takes pods', labels: linux, nodeInfo: { operatingSystem: 'linux', osImage: 'Bottlerocket OS 1.20' } },
  { title: 'a node of Windows does not', labels: { ...linux, 'kubernetes.io/os': 'windows' }, why: 'runs windows' },
  { title: 'a node that tells only in its status that it is of Windows does not', nodeInfo: { operatingSystem: 'windows' }, why: 'runs windows' },
  { title: 'a node on s390x does not', labels: { ...linux, 'kubernetes.io/arch': 's390x' }, why: 'has architecture s390x' },
  { title: 'a node on ppc64le does not', labels: { ...linux, 'kubernetes.io/arch': 'ppc64le' }, why: 'has architecture ppc64le' },
  { title: 'a node on 32-bit arm does not', nodeInfo: { operatingSystem: 'linux', architecture: 'arm' }, why: 'has architecture arm,' },
  { title: 'a virtual node of Azure does not', labels: { ...linux, type: 'virtual-kubelet' }, why: 'virtual node' },
  {
    title: 'a virtual node without its label does not',
    labels: linux,
    taints: [{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'PreferNoSchedule' }],
    why: 'virtual node',
  },
  {
    title: 'a virtual node that only its version tells does not',
    labels: linux,
    nodeInfo: { kubeletVersion: 'v1.28.3-vk-azure-aci-1.6.1' },
    why: 'virtual node',
  },
  { title: 'a virtual node of Liqo does not', labels: { ...linux, 'liqo.io/type': 'virtual-node' }, why: 'virtual node' },
  { title: 'a node of Fargate does not', labels: { ...linux, 'eks.amazonaws.com/compute-type': 'fargate' }, why: 'virtual node' },
  { title: 'a node of kwok does not', labels: { ...linux, type: 'kwok' }, why: 'virtual node' },
  { title: 'a cordoned node does not', labels: linux, unschedulable: true, why: 'is cordoned' },
  {
    title: 'a node of the control plane with its taint does not',
    labels: linux,
    taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    why: 'has taint node-role.kubernetes.io/control-plane:NoSchedule',
  },
  {
    title: 'a node with a taint that evicts does not',
    labels: linux,
    taints: [{ key: 'maintenance', effect: 'NoExecute' }],
    why: 'has taint maintenance:NoExecute',
  },
  {
    title: 'a node with a taint of a team does not',
    labels: linux,
    taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }],
    why: 'has taint team:NoSchedule',
  },
  {
    title: 'a node with the taint of a GPU beside a harmless one does not',
    labels: linux,
    taints: [
      { key: 'spot', effect: 'PreferNoSchedule' },
      { key: 'nvidia.com/gpu', effect: 'NoSchedule' },
    ],
    why: 'has taint nvidia.com/gpu',
  },
  {
    title: 'a node that a cloud has not initialised does not',
    labels: linux,
    taints: [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' }],
    why: 'uninitialized',
  },
  {
    title: 'a node under pressure does not',
    labels: linux,
    taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }],
    why: 'disk-pressure',
  },
  {
    title: 'a node with a taint of an effect that nobody knows does not',
    labels: linux,
    taints: [{ key: 'a', effect: 'EvictLater' }],
    why: 'has taint a:EvictLater',
  },
  { title: 'a node with a taint that tells no effect does not', labels: linux, taints: [{ key: 'a' }], why: 'has taint a:' },
  { title: 'a node that is not Ready does not', labels: linux, conditions: [{ type: 'Ready', status: 'False' }], why: 'is not Ready' },
  { title: 'a node that stopped reporting does not', labels: linux, conditions: [{ type: 'Ready', status: 'Unknown' }], why: 'is not Ready' },
  { title: 'a node that tells no condition does not', labels: linux, conditions: [], why: 'has not told yet' },
  {
    title: 'a node that is being deleted does not',
    labels: linux,
    metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] },
    why: 'is being deleted',
  },
];

export const nodeOf = (
  name: string,
  { labels, taints, unschedulable, conditions = [{ type: 'Ready', status: 'True' }], nodeInfo, metadata }: NodeForm,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, ...metadata, ...(labels === undefined ? {} : { labels }) },
  spec: { ...(taints === undefined ? {} : { taints }), ...(unschedulable === undefined ? {} : { unschedulable }) },
  status: { conditions, ...(nodeInfo === undefined ? {} : { nodeInfo }) },
});
