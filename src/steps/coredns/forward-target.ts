import { isIP } from 'node:net';
import { cut } from '../../domain/cut.ts';
import { NotYetError, ProblemError, type Problem } from '../../domain/problem.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { type ConfigMap, configMapSchema, serviceSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { dnsServiceRef } from '../kubeslice/objects.ts';
import { forwardedTo, importedServers } from './corefile.ts';
import { configMapAt, corefileOf, deploymentOf, DNS_NAMESPACE, dnsPods } from './dns-service.ts';
import { managedDns, rewrittenBy } from './managed-dns.ts';
import { told } from '../../domain/text.ts';

/** File that CoreDNS takes in where its Corefile imports `*.server`. */
const SERVER_KEY = 'kubeslice.server';

/** Where the block for slice.local belongs on one cluster, and what stands there. */
export interface ForwardTarget {
  readonly configMap: string;
  readonly key: string;
  /** Text of the key; undefined where the ConfigMap or the key does not exist. */
  readonly text: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** Deployment to restart. */
  readonly deployment: string;
}

/**
 * ClusterIP of KubeSlice's DNS; it changes when the add-on is installed anew. Throws NotYetError while there is none, ProblemError PGD-085 for what is
 * no address: it goes into a Corefile, and into commands that people are told.
 */
export const sliceDnsAddress = async (cluster: ClusterReader): Promise<string> => {
  const address = (await readObject(cluster, dnsServiceRef, serviceSchema))?.spec.clusterIP;
  if (address === undefined || address === '' || address === 'None')
    throw new NotYetError(`Service ${dnsServiceRef.namespace}/${dnsServiceRef.name} on ${cluster.name}`);
  if (isIP(address) === 0 || address.includes('%'))
    throw new ProblemError({
      code: 'PGD-085',
      what: told`Service ${dnsServiceRef.namespace}/${dnsServiceRef.name} of ${cluster.name} has a ClusterIP that is no address`,
      evidence: [`spec.clusterIP is ${JSON.stringify(cut(address, 100))}`],
      remedy: told`Find out who answers as ${cluster.name}: no API server gives such an address. Nothing was written.`,
    });
  return address;
};

/**
 * Follows Service kube-dns to its pods, their Corefile and its ConfigMap. Where that Corefile imports `*.server` (k3s, AKS, Gardener), the imported
 * ConfigMap is the place; a ConfigMap that its product writes back is a problem, with the edit that lasts as the remedy.
 */
export const findForwardTarget = async (cluster: ClusterReader, address: string): Promise<ForwardTarget | Problem> => {
  const [pod] = await dnsPods(cluster);
  const deployment = pod === undefined ? undefined : await deploymentOf(cluster, pod);
  const managed = await managedDns(cluster, deployment, address);
  if (managed !== undefined) return managed;
  const corefile = pod === undefined ? undefined : corefileOf(pod);
  if (pod === undefined || corefile === undefined || deployment === undefined) return unknownDns(cluster.name, pod?.metadata.name, address);
  const main = await readConfigMap(cluster, corefile.configMap);
  const text = main?.data[corefile.key];
  if (main === undefined || text === undefined) return unknownDns(cluster.name, pod.metadata.name, address);
  const inMain = { configMap: corefile.configMap, key: corefile.key, text, ...stateOf(main), deployment };
  // A block that stands there already is kept and only its address changed: a second one would stop CoreDNS.
  if (forwardedTo(text) !== undefined) return inMain;
  for (const directory of importedServers(text)) {
    const configMap = configMapAt(pod, directory);
    if (configMap === undefined) continue;
    const imported = await readConfigMap(cluster, configMap);
    const taken = Object.entries(imported?.data ?? {}).find(([key, block]) => key.endsWith('.server') && forwardedTo(block) !== undefined);
    const key = taken?.[0] ?? SERVER_KEY;
    return { configMap, key, text: imported?.data[key], ...stateOf(imported), deployment };
  }
  const owner = rewrittenBy(main.metadata);
  if (owner === undefined) return inMain;
  return {
    code: 'PGD-050',
    what: told`ConfigMap ${DNS_NAMESPACE}/${corefile.configMap} of ${cluster.name} is written back by its owner`,
    evidence: [owner],
    remedy: told`Add a block slice.local:53 of errors, cache 30 and forward . ${address} where that owner takes its Corefile from, then plan again.`,
  };
};

const readConfigMap = (cluster: ClusterReader, name: string): Promise<ConfigMap | undefined> =>
  readObject(cluster, { apiVersion: 'v1', kind: 'ConfigMap', namespace: DNS_NAMESPACE, name }, configMapSchema);

const stateOf = (configMap: ConfigMap | undefined) => ({
  resourceVersion: configMap?.metadata.resourceVersion,
  annotations: configMap?.metadata.annotations ?? {},
});

const unknownDns = (cluster: string, pod: string | undefined, address: string): Problem => ({
  code: 'PGD-050',
  what: told`DNS of ${cluster} is not a CoreDNS that pgdist knows how to edit`,
  evidence: [
    pod === undefined ? `no pods behind Service ${DNS_NAMESPACE}/kube-dns` : `pod ${pod} reads no Corefile from a ConfigMap of a Deployment`,
  ],
  remedy: told`Make the cluster's DNS send names under slice.local to ${address}, port 53, then plan again.`,
});
