import type { Problem } from '../../domain/problem.ts';
import { type Text, told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { nodesOf } from '../kube/nodes.ts';
import { type ConfigMap, configMapSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { forwardedTo } from './corefile.ts';
import { DNS_NAMESPACE } from './dns-service.ts';

const problem = (cluster: string, product: string, evidence: string, remedy: Text): Problem => ({
  code: 'PGD-050',
  what: told`DNS of ${cluster} is managed by ${product}, which undoes edits of CoreDNS's ConfigMap`,
  evidence: [evidence],
  remedy,
});

/** The product that owns the cluster's DNS and would undo an edit; undefined where the ConfigMap is free. Each names the edit that lasts. */
export const managedDns = async (cluster: ClusterReader, deployment: string | undefined, address: string): Promise<Problem | undefined> => {
  const { name } = cluster;
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
  const labels =
    deployment === undefined
      ? undefined
      : (await cluster.read({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: DNS_NAMESPACE, name: deployment }))?.metadata.labels;
  if (labels?.['eks.amazonaws.com/component'] === 'coredns')
    return problem(
      name,
      'the EKS add-on coredns',
      `Deployment ${deployment} has label eks.amazonaws.com/component=coredns`,
      told`Put the Corefile, with a block slice.local:53 of errors, cache 30 and forward . ${address} in front, into the add-on's configuration (aws eks update-addon --addon-name coredns --configuration-values), or run CoreDNS yourself.`,
    );
  if (nodes.some(({ spec }) => spec.providerID.startsWith('gce://')) && (await readConfigMap(cluster, 'kube-dns')) !== undefined)
    return problem(
      name,
      'GKE',
      'ConfigMap kube-system/kube-dns exists on nodes of gce',
      told`Set stubDomains of ConfigMap kube-system/kube-dns to {"slice.local":["${address}"]}. Clusters on Cloud DNS or Autopilot cannot.`,
    );
  return nodeLocalCache(cluster, address);
};

/** A cache on each node sits before CoreDNS and sends what it does not know past it. */
const nodeLocalCache = async (cluster: ClusterReader, address: string): Promise<Problem | undefined> => {
  const cache = await cluster.read({ apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: DNS_NAMESPACE, name: 'node-local-dns' });
  if (cache === undefined || (await forwardsItself(cluster, address))) return undefined;
  return problem(
    cluster.name,
    'NodeLocal DNSCache',
    'DaemonSet kube-system/node-local-dns runs, its ConfigMap does not forward slice.local to KubeSlice',
    told`Add a block slice.local:53 of errors, cache 30 and forward . ${address} to ConfigMap kube-system/node-local-dns, with the bind line of its other blocks, then plan again.`,
  );
};

const forwardsItself = async (cluster: ClusterReader, address: string): Promise<boolean> => {
  const { data = {} } = (await readConfigMap(cluster, 'node-local-dns')) ?? {};
  return Object.values(data).some((corefile) => forwardedTo(corefile) === address);
};

const readConfigMap = (cluster: ClusterReader, name: string): Promise<ConfigMap | undefined> =>
  readObject(cluster, { apiVersion: 'v1', kind: 'ConfigMap', namespace: DNS_NAMESPACE, name }, configMapSchema);

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
