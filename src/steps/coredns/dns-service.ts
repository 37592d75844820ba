import type { ClusterReader } from '../../ports/cluster.ts';
import { metadataSchema, serviceSchema } from '../kube/objects.ts';
import { isReady, type Pod, podsIn } from '../kube/pods.ts';
import { readObject } from '../kube/read.ts';
import { byLetters } from '../../domain/words.ts';

/** Where a cluster has its DNS; OpenShift has its own place. */
export const DNS_NAMESPACE = 'kube-system';
const DNS_SERVICE = 'kube-dns';
const OPENSHIFT = { namespace: 'openshift-dns', labelSelector: 'dns.operator.openshift.io/daemonset-dns=default' };
/** Label of DNS pods in every distribution but OpenShift, also where the Service has another name (RKE2). */
const DNS_PODS = { namespace: DNS_NAMESPACE, labelSelector: 'k8s-app=kube-dns' };
const DNS_PORT = 53;

/** Port on which a pod answers DNS over TCP. */
export const dnsPortOf = ({ spec }: Pod): number =>
  spec.containers.flatMap(({ ports }) => ports).find(({ name, protocol }) => protocol === 'TCP' && name === 'dns-tcp')?.containerPort ?? DNS_PORT;

/** Pods that answer the cluster's DNS, ready ones first: those behind Service kube-dns, else those with the usual labels. */
export const dnsPods = async (cluster: ClusterReader): Promise<Pod[]> => {
  const service = await readObject(cluster, { apiVersion: 'v1', kind: 'Service', namespace: DNS_NAMESPACE, name: DNS_SERVICE }, serviceSchema);
  const selector = Object.entries(service?.spec.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  for (const where of [...(selector === '' ? [] : [{ namespace: DNS_NAMESPACE, labelSelector: selector }]), DNS_PODS, OPENSHIFT]) {
    const pods = await podsIn(cluster, where);
    if (pods.length === 0) continue;
    return pods.toSorted((a, b) => Number(isReady(b)) - Number(isReady(a)) || byLetters(a.metadata.name, b.metadata.name));
  }
  return [];
};

/** Name of the Deployment that a pod belongs to, by way of its ReplicaSet. */
export const deploymentOf = async (cluster: ClusterReader, { metadata }: Pod): Promise<string | undefined> => {
  const replicaSet = metadata.ownerReferences.find(({ kind }) => kind === 'ReplicaSet');
  if (replicaSet === undefined) return undefined;
  const ref = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: DNS_NAMESPACE, name: replicaSet.name };
  const owners = (await readObject(cluster, ref, metadataSchema))?.metadata.ownerReferences ?? [];
  return owners.find(({ kind }) => kind === 'Deployment')?.name;
};
