import { isIP } from 'node:net';
import { cut } from '../../domain/cut.ts';
import { NotYetError, ProblemError, type Problem } from '../../domain/problem.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { type ConfigMap, serviceSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { dnsServiceRef } from '../kubeslice/objects.ts';
import { CorefileError, readCorefile } from './corefile.ts';
import { coreDnsOf, environmentOf, type CoreDnsStart } from './dns-container.ts';
import { deploymentOf, DNS_NAMESPACE, dnsPods } from './dns-service.ts';
import { nameFor } from './file-pattern.ts';
import { managedDns, rewrittenBy } from './managed-dns.ts';
import { configMapFor, mountedIn, type Mounted, type MountedFile } from './mounted-files.ts';
import { withoutPods } from './no-dns-pods.ts';
import { withoutRoom } from './room-for-edit.ts';
import { sliceForwardIn, type SliceForward } from './slice-block.ts';
import { told } from '../../domain/text.ts';

/** Of the file that CoreDNS takes in where its Corefile imports `*.server`. */
const SERVER_STEM = 'kubeslice';

/** Where the block for slice.local belongs on one cluster, and what stands there. */
export interface ForwardTarget {
  readonly configMap: string;
  readonly key: string;
  /** Text of the key; undefined where the ConfigMap or the key does not exist. */
  readonly text: string | undefined;
  /** What slice.local is forwarded to now, as it is written; undefined without a block for it, '' when its block forwards nowhere. */
  readonly from: string | undefined;
  /** Text of the key that forwards it to the address; equal to the text of now when it does so already. */
  readonly wanted: string;
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
 * Follows Service kube-dns to its pods, their Corefile and its ConfigMap. Where that Corefile takes in files that the ConfigMap of another is mounted as
 * (k3s, AKS, Gardener), that ConfigMap is the place; a ConfigMap that its product writes back is a problem, with the edit that lasts as the remedy.
 */
export const findForwardTarget = async (cluster: ClusterReader, address: string): Promise<ForwardTarget | Problem> => {
  const [pod] = await dnsPods(cluster);
  const deployment = pod === undefined ? undefined : await deploymentOf(cluster, pod);
  const managed = await managedDns(cluster, { pod, deployment, address });
  if (managed !== undefined) return managed;
  const gone = pod === undefined ? await withoutPods(cluster) : undefined;
  if (gone !== undefined) return gone;
  const start = pod === undefined ? undefined : coreDnsOf(pod);
  if (pod === undefined || start === undefined) return unknownDns(cluster.name, pod?.metadata.name, address);
  const mounted = await mountedIn(cluster, pod, start.container);
  const main = mounted.files.get(start.path);
  if (main === undefined || deployment === undefined) return unknownDns(cluster.name, pod.metadata.name, address);
  try {
    const target = targetIn({ cluster, mounted, start, main, deployment, address });
    if ('code' in target) return target;
    return withoutRoom({ ...target, cluster: cluster.name, data: mounted.configMaps.get(target.configMap)?.data ?? {}, address }) ?? target;
  } catch (error) {
    if (error instanceof CorefileError) return brokenCorefile(cluster.name, main, error, address);
    throw error;
  }
};

interface Found {
  readonly cluster: ClusterReader;
  readonly mounted: Mounted;
  readonly start: CoreDnsStart;
  readonly main: MountedFile;
  readonly deployment: string;
  readonly address: string;
}

const targetIn = ({ cluster, mounted, start, main, deployment, address }: Found): ForwardTarget | Problem => {
  const { path, defaultPort, container } = start;
  const files = new Map([...mounted.files].map(([name, { text }]) => [name, text]));
  const source = { path, defaultPort, files, environment: environmentOf(container) };
  const at = (file: MountedFile, forward: SliceForward): ForwardTarget => ({
    ...file,
    from: forward.from,
    wanted: forward.wanted,
    ...stateOf(mounted.configMaps.get(file.configMap)),
    deployment,
  });
  // A block that stands there already is kept and only its address changed: a second one would stop CoreDNS.
  const inPlace = sliceForwardIn(source, address);
  const home = mounted.files.get(inPlace.file);
  if (inPlace.from !== undefined && home !== undefined) return at(home, inPlace);
  for (const { pattern } of readCorefile(path, source).serverImports) {
    const folder = pattern.slice(0, pattern.lastIndexOf('/'));
    const configMap = configMapFor(mounted, folder === '' ? '/' : folder);
    const name = nameFor(pattern, SERVER_STEM);
    if (configMap === undefined || name === undefined || configMap === main.configMap) continue;
    const file = `${folder}/${name}`;
    const imported = { configMap, key: name, text: mounted.files.get(file)?.text };
    const forward = sliceForwardIn({ ...source, files: new Map([...files, [file, imported.text ?? '']]) }, address, file);
    return { ...imported, from: forward.from, wanted: forward.wanted, ...stateOf(mounted.configMaps.get(configMap)), deployment };
  }
  const owner = rewrittenBy(mounted.configMaps.get(main.configMap)?.metadata ?? {});
  if (owner === undefined) return at(main, inPlace);
  return {
    code: 'PGD-050',
    what: told`ConfigMap ${DNS_NAMESPACE}/${main.configMap} of ${cluster.name} is written back by its owner`,
    evidence: [owner],
    remedy: told`Add a block slice.local:53 of errors, cache 30 and forward . ${address} where that owner takes its Corefile from, then plan again.`,
  };
};

const stateOf = (configMap: ConfigMap | undefined) => ({
  resourceVersion: configMap?.metadata.resourceVersion,
  annotations: configMap?.metadata.annotations ?? {},
});

const brokenCorefile = (cluster: string, { configMap, key }: MountedFile, { message }: CorefileError, address: string): Problem => ({
  code: 'PGD-051',
  what: told`the Corefile of ${cluster} cannot be read: CoreDNS would not start with it, or pgdist cannot change it safely`,
  evidence: [`ConfigMap ${DNS_NAMESPACE}/${configMap}, key ${key}: ${message}`],
  remedy: told`Correct that line by hand, have slice.local forwarded to ${address} in a block of its own, see that a new pod of CoreDNS starts, then plan again.`,
});

const unknownDns = (cluster: string, pod: string | undefined, address: string): Problem => ({
  code: 'PGD-050',
  what: told`DNS of ${cluster} is not a CoreDNS that pgdist knows how to edit`,
  evidence: [
    pod === undefined ? `no pods behind Service ${DNS_NAMESPACE}/kube-dns` : `pod ${pod} reads no Corefile from a ConfigMap of a Deployment`,
  ],
  remedy: told`Make the cluster's DNS send names under slice.local to ${address}, port 53, then plan again.`,
});
