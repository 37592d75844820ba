import { z } from 'zod';
import type { Problem } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import { ClusterRefusedError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { serviceSchema } from '../kube/objects.ts';
import { objectMeta, part } from '../kube/lenient.ts';
import { podSpec } from '../kube/pods.ts';
import { listObjects } from '../kube/read.ts';
import { CorefileError, readCorefile, type Corefile } from './corefile.ts';
import { zonesOf } from './corefile-zones.ts';
import { targetsOf } from './corefile-edits.ts';
import { coreDnsOf, environmentOf, flagOf } from './dns-container.ts';
import { mountedIn, type Mounted } from './mounted-files.ts';
import { ZONE } from './slice-block.ts';

export const DAEMON_SETS = { apiVersion: 'apps/v1', kind: 'DaemonSet' } as const;

/** A DaemonSet, for the pods that it would make. Exported for tests. */
export const daemonSetSchema = z.object({ metadata: objectMeta, spec: part({ template: part({ spec: podSpec }) }) });
type DaemonSet = z.infer<typeof daemonSetSchema>;

/** A DNS cache on each node that sits before CoreDNS and sends names under slice.local past it, whatever its name; undefined without one. */
export const nodeCacheInFront = async (cluster: ClusterReader, address: string): Promise<Problem | undefined> => {
  const caches = (await listObjects(cluster, DAEMON_SETS, daemonSetSchema)).filter(isNodeCache);
  if (caches.length === 0) return undefined;
  const dnsServices = await clusterDnsAddresses(cluster);
  for (const cache of caches) {
    const past = await sendsPast(cluster, cache, [address, ...dnsServices]).catch(unlessForbidden);
    if (past !== undefined) return inFront(cluster.name, cache, past, address);
  }
  return undefined;
};

/** Of a namespace that pgdist may not look into nothing is known: what pods are answered tells. */
const unlessForbidden = (error: unknown): undefined => {
  if (error instanceof ClusterRefusedError && error.reason === 'Forbidden') return undefined;
  throw error;
};

const inFront = (cluster: string, { metadata }: DaemonSet, past: { readonly where: string; readonly why: string }, address: string): Problem => ({
  code: 'PGD-050',
  what: told`DNS of ${cluster} is asked through a cache on each node, NodeLocal DNSCache, that sends slice names past CoreDNS`,
  evidence: [`DaemonSet ${metadata.namespace ?? ''}/${metadata.name} runs on the nodes`, past.why],
  remedy: told`Add a block slice.local:53 of errors, cache 30 and forward . ${address} to ${past.where}, with the bind line of its other blocks, let its pods take it up, then plan again.`,
});

/** NodeLocal DNSCache listens on addresses of its own; its image is known where it listens on those of the node. */
const isNodeCache = ({ spec }: DaemonSet): boolean =>
  spec.template.spec.containers.some(
    (container) => flagOf(container, 'localip') !== undefined || /node-?cache|node-?local-?dns/.test(container.image),
  );

/** Where its names go that are sent past CoreDNS, undefined when slice.local reaches KubeSlice's DNS or the cluster's. */
const sendsPast = async (
  cluster: ClusterReader,
  { metadata, spec }: DaemonSet,
  good: readonly string[],
): Promise<{ readonly where: string; readonly why: string } | undefined> => {
  const pod = { metadata, spec: spec.template.spec, status: NO_STATUS };
  const start = coreDnsOf(pod);
  const container = start?.container ?? spec.template.spec.containers[0];
  const named = `ConfigMap ${metadata.namespace ?? ''}/${metadata.name}`;
  if (container === undefined) return { where: named, why: 'its containers are not told' };
  const mounted = await mountedIn(cluster, pod, container);
  const file = corefileIn(mounted, start?.path);
  if (file === undefined) return { where: named, why: 'its Corefile is in no ConfigMap that its pods mount' };
  const where = `ConfigMap ${metadata.namespace ?? ''}/${mounted.files.get(file)?.configMap ?? ''}`;
  try {
    const files = new Map([...mounted.files].map(([name, { text }]) => [name, text]));
    const corefile = readCorefile(file, { files, environment: environmentOf(container) });
    const targets = targetsFor(corefile);
    if (targets.length > 0 && targets.every((target) => good.includes(plain(target)) || CLUSTER_DNS.test(target))) return undefined;
    return { where, why: `${where} forwards ${ZONE} to ${targets.join(' ') || 'nothing'}` };
  } catch (error) {
    if (error instanceof CorefileError) return { where, why: error.message };
    throw error;
  }
};

/** What the cache's own start puts in the place of these is the address of CoreDNS. */
const CLUSTER_DNS = /^__PILLAR__(CLUSTER__DNS|DNS__SERVER)__$/;
const NO_STATUS = { reason: '', message: '', phase: undefined, podIPs: [], conditions: [], initContainerStatuses: [], containerStatuses: [] };
const DNS_PORT = 53;

/** The cache writes its Corefile anew from a base that it mounts: `Corefile.base`. */
const corefileIn = ({ files }: Mounted, path: string | undefined): string | undefined =>
  path !== undefined && files.has(path)
    ? path
    : ([...files.keys()].find((file) => file.endsWith('/Corefile.base')) ?? [...files.keys()].find((file) => file.endsWith('/Corefile')));

/** Where the block goes that serves names under slice.local: the one of the longest zone that holds them. */
const targetsFor = ({ blocks }: Corefile): string[] => {
  const serving = blocks
    .flatMap((block) =>
      zonesOf(block, DNS_PORT).flatMap(({ zone, plain: asked }) => (asked && ['', 'local', ZONE].includes(zone) ? [{ zone, block }] : [])),
    )
    .toSorted((a, b) => b.zone.length - a.zone.length)[0];
  const forward = serving?.block.directives.find(({ name }) => name === 'forward');
  return forward === undefined ? [] : targetsOf(forward).map(({ text }) => text);
};

const plain = (target: string): string =>
  target
    .replace(/^dns:\/\//, '')
    .replace(/:53$/, '')
    .replace(/^\[(.*)\]$/, '$1');

/** ClusterIPs of the Services that lead to the cluster's DNS pods: kube-dns, and the one that a cache uses for itself. */
const clusterDnsAddresses = async (cluster: ClusterReader): Promise<string[]> => {
  const services = await listObjects(cluster, { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system' }, serviceSchema);
  return services
    .filter(({ metadata, spec }) => metadata.labels['k8s-app'] === 'kube-dns' || spec.selector['k8s-app'] === 'kube-dns')
    .flatMap(({ spec }) => [...(spec.clusterIP === undefined ? [] : [spec.clusterIP]), ...spec.clusterIPs]);
};
