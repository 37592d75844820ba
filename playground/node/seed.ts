import type { Manifest } from '../../src/kube-api/objects.ts';
import type { OperatorClient } from '../control/kit.ts';
import { coreDnsManifests } from './seed-coredns.ts';
import { NODE, setCondition, STORAGE_CLASS } from '../control/objects.ts';

export interface NodeSeed {
  readonly name: string;
  /** InternalIP: 10.250.0.10 */
  readonly address: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Default linux. */
  readonly os?: string;
  /** Default amd64. */
  readonly arch?: string;
  /** Default 8. */
  readonly cpu?: number;
  /** Default 32. */
  readonly memoryGi?: number;
}

interface ClusterSeed {
  readonly nodes: readonly NodeSeed[];
  /** Default v1.35.4. */
  readonly kubeletVersion?: string;
  /** First two octets of the pods' addresses. */
  readonly podNetwork: string;
  /** Server and CA in kube-public/cluster-info: what kubeadm writes there. */
  readonly server: string;
  readonly ca: string;
  /** ClusterIP of kube-dns; default .0.10 of 10.96. */
  readonly dnsAddress?: string;
  readonly now: () => Date;
}

/** Puts what a kubeadm cluster has from its first minute, where it is missing: nodes, the default storage class, CoreDNS, cluster-info. */
export const seedCluster = async (client: OperatorClient, seed: ClusterSeed): Promise<void> => {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const node of seed.nodes) await seedNode(client, seed, node);
  await client.create(STORAGE);
  await client.create(clusterInfo(seed));
  for (const manifest of coreDnsManifests(seed.dnsAddress)) await client.create(manifest);
};

const seedNode = async (
  client: OperatorClient,
  seed: ClusterSeed,
  { name, address, labels = {}, os = 'linux', arch = 'amd64', cpu = 8, memoryGi = 32 }: NodeSeed,
): Promise<void> => {
  const manifest = {
    ...NODE,
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': os,
        'kubernetes.io/arch': arch,
        'beta.kubernetes.io/os': os,
        'beta.kubernetes.io/arch': arch,
        'node-role.kubernetes.io/control-plane': '',
        ...labels,
      },
    },
    spec: { podCIDR: `${seed.podNetwork}.0.0/16`, podCIDRs: [`${seed.podNetwork}.0.0/16`] },
  } as Manifest;
  await client.create(manifest);
  await client.setStatus({ ...NODE, name }, (status) => {
    const amounts = { cpu: String(cpu), memory: `${memoryGi}Gi`, pods: '110', 'ephemeral-storage': '100Gi' };
    status.capacity = amounts;
    status.allocatable = amounts;
    status.addresses = [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ];
    status.nodeInfo = {
      machineID: name,
      systemUUID: name,
      bootID: name,
      operatingSystem: os,
      architecture: arch,
      kernelVersion: '6.1.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'containerd://1.7.27',
      kubeProxyVersion: '',
      kubeletVersion: seed.kubeletVersion ?? 'v1.35.4',
    };
    const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' } as const;
    setCondition(status, ready, seed.now());
  });
};

const STORAGE = {
  ...STORAGE_CLASS,
  metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'rancher.io/local-path',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
} as const;

const clusterInfo = ({ server, ca }: ClusterSeed): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cluster-info', namespace: 'kube-public' },
  data: {
    kubeconfig: [
      'apiVersion: v1',
      'clusters:',
      '- cluster:',
      `    certificate-authority-data: ${Buffer.from(ca).toString('base64')}`,
      `    server: ${server}`,
      '  name: ""',
      'contexts: null',
      'current-context: ""',
      'kind: Config',
      'users: null',
      '',
    ].join('\n'),
  },
});
