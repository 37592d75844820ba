import type { Problem } from '../../domain/problem.ts';
import { type Text, told } from '../../domain/text.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { fieldManagersOf } from '../kube/field-managers.ts';
import { nodesOf } from '../kube/nodes.ts';
import type { Pod } from '../kube/pods.ts';
import { present } from '../kube/read.ts';
import { coreDnsOf } from './dns-container.ts';
import { DNS_NAMESPACE } from './dns-service.ts';

interface ClusterDns {
  /** The first of the pods that answer DNS. */
  readonly pod: Pod | undefined;
  readonly deployment: string | undefined;
  /** Of KubeSlice's DNS. */
  readonly address: string;
}

const problem = (cluster: string, product: string, evidence: string, remedy: Text): Problem => ({
  code: 'PGD-050',
  what: told`DNS of ${cluster} is managed by ${product}, which undoes edits of CoreDNS's ConfigMap`,
  evidence: [evidence],
  remedy,
});

/** The product that owns the cluster's DNS and would undo an edit; undefined where the ConfigMap is free. Each names the edit that lasts. */
export const managedDns = async (cluster: ClusterReader, dns: ClusterDns): Promise<Problem | undefined> => {
  const { name } = cluster;
  const { pod, deployment, address } = dns;
  if (await cluster.serves({ apiVersion: 'operator.openshift.io/v1', kind: 'DNS' }))
    return problem(
      name,
      'the DNS operator of OpenShift',
      'kind DNS of operator.openshift.io is served',
      told`oc patch dns.operator/default --type=merge -p '{"spec":{"servers":[{"name":"slice","zones":["slice.local"],"forwardPlugin":{"upstreams":["${address}"]}}]}}'; keep the servers that are there already.`,
    );
  const nodes = await nodesOf(cluster);
  if (nodes.some(({ status }) => status.nodeInfo.kubeletVersion.includes('+rke2')))
    return problem(
      name,
      'RKE2',
      'nodes run a kubelet of RKE2',
      told`Write a HelmChartConfig kube-system/rke2-coredns whose valuesContent sets servers: one for slice.local with forward . ${address}, and the default one for "." as well, since the list replaces the chart's.`,
    );
  const eks = await managedByEks(cluster, deployment);
  if (eks !== undefined)
    return problem(
      name,
      'the EKS add-on coredns',
      eks,
      told`Put the Corefile, with a block slice.local:53 of errors, cache 30 and forward . ${address} in front, into the add-on's configuration (aws eks update-addon --addon-name coredns --configuration-values), or run CoreDNS yourself.`,
    );
  const onGoogle = nodes.some(({ spec }) => spec.providerID.startsWith('gce://'));
  if (pod !== undefined && isKubeDns(pod)) return kubeDns(name, onGoogle ? 'GKE' : 'kube-dns', pod.metadata.name, address);
  if (onGoogle && pod === undefined)
    return problem(
      name,
      'Cloud DNS for GKE',
      'nodes of gce and no pod that answers DNS',
      told`Give ${name} kube-dns or a CoreDNS of its own as its DNS: Cloud DNS forwards no name to an address inside the cluster.`,
    );
  return undefined;
};

const kubeDns = (cluster: string, product: string, pod: string, address: string): Problem =>
  problem(
    cluster,
    product,
    `pod ${pod} runs kube-dns, which reads no Corefile`,
    told`Set stubDomains of ConfigMap kube-system/kube-dns to {"slice.local":["${address}"]}, beside those that are there already. Clusters on Cloud DNS or Autopilot cannot.`,
  );

const isKubeDns = (pod: Pod): boolean =>
  coreDnsOf(pod) === undefined && pod.spec.containers.some(({ name, image }) => name === 'kubedns' || /k8s-dns-kube-dns|(^|\/)kube-dns/.test(image));

/** The label is on every CoreDNS that EKS ever installed; who keeps the add-on's objects as they are is told by who wrote their fields. */
const managedByEks = async (cluster: ClusterReader, deployment: string | undefined): Promise<string | undefined> => {
  const refs: ObjectRef[] = [
    ...(deployment === undefined ? [] : [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: DNS_NAMESPACE, name: deployment }]),
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: DNS_NAMESPACE, name: 'coredns' },
  ];
  for (const ref of refs) {
    const object = await present(cluster, ref);
    if (object !== undefined && fieldManagersOf(object).includes('eks')) return `${ref.kind} ${ref.name} is written by field manager eks`;
  }
  return undefined;
};

/** Marks of controllers that write a ConfigMap back to what they want. */
export const rewrittenBy = (configMap: {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}): string | undefined => {
  const { labels = {}, annotations = {} } = configMap;
  if (annotations['objectset.rio.cattle.io/owner-gvk'] !== undefined)
    return `annotation objectset.rio.cattle.io/owner-gvk=${annotations['objectset.rio.cattle.io/owner-gvk']}`;
  if (labels['addonmanager.kubernetes.io/mode'] === 'Reconcile') return 'label addonmanager.kubernetes.io/mode=Reconcile';
  if (annotations['meta.helm.sh/release-name'] !== undefined) return `Helm release ${annotations['meta.helm.sh/release-name']}`;
  return undefined;
};
