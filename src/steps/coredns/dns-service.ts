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

/** A key of a ConfigMap that a container reads as a file. */
interface MountedKey {
  readonly configMap: string;
  readonly key: string;
}

/** Where CoreDNS reads its Corefile: the file of `-conf`, through the volume mounted at its directory. */
export const corefileOf = ({ spec }: Pod): (MountedKey & { readonly directory: string }) | undefined => {
  for (const { args, volumeMounts } of spec.containers) {
    const at = args.indexOf('-conf');
    const path = at < 0 ? undefined : args[at + 1];
    if (path === undefined) continue;
    const directory = path.slice(0, path.lastIndexOf('/'));
    const file = path.slice(directory.length + 1);
    const mounted = mountedAt(spec.volumes, volumeMounts, directory);
    if (mounted !== undefined) return { configMap: mounted.name, key: mounted.items?.find((item) => item.path === file)?.key ?? file, directory };
  }
  return undefined;
};

/** ConfigMap mounted at a directory of the pod; it may be optional and not exist. */
export const configMapAt = ({ spec }: Pod, directory: string): string | undefined =>
  spec.containers.map(({ volumeMounts }) => mountedAt(spec.volumes, volumeMounts, directory)?.name).find((name) => name !== undefined);

const mountedAt = (volumes: Pod['spec']['volumes'], mounts: readonly { name: string; mountPath: string }[], directory: string) => {
  const mount = mounts.find(({ mountPath }) => mountPath.replace(/\/$/, '') === directory);
  const configMap = volumes.find(({ name }) => name === mount?.name)?.configMap;
  return configMap?.name === undefined ? undefined : { name: configMap.name, items: configMap.items };
};

/** Name of the Deployment that a pod belongs to, by way of its ReplicaSet. */
export const deploymentOf = async (cluster: ClusterReader, { metadata }: Pod): Promise<string | undefined> => {
  const replicaSet = metadata.ownerReferences.find(({ kind }) => kind === 'ReplicaSet');
  if (replicaSet === undefined) return undefined;
  const ref = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: DNS_NAMESPACE, name: replicaSet.name };
  const owners = (await readObject(cluster, ref, metadataSchema))?.metadata.ownerReferences ?? [];
  return owners.find(({ kind }) => kind === 'Deployment')?.name;
};
