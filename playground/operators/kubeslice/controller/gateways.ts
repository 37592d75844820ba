import { createHash, randomBytes } from 'node:crypto';
import type { Mutable } from '../../../control/kit.ts';
import { observer, untilObserved } from '../../../control/observed.ts';
import { CONTROLLER_NAMESPACE, JOB, ownedLabels, SECRET, WORKER_SLICE_GATEWAY } from '../kinds.ts';
import type { KubesliceFaults, Surroundings } from '../options.ts';
import { encoded } from './secrets.ts';
import { clusterSubnet, vpnIp } from './subnets.ts';

/** What the certificate Job takes until both Secrets are there. */
const CERTIFICATE_MS = 3000;
const RETRY_MS = 1000;
/** First of the UDP NodePorts that KubeSlice takes. */
const FIRST_NODE_PORT = 30_000;

const pairsOf = (clusters: readonly string[]): [string, string][] =>
  clusters.flatMap((server, index) => clusters.slice(index + 1).map((client): [string, string] => [server, client]));

/** Writes both ends of each pair; the cluster that is earlier in the SliceConfig is the server. */
export const makeGateways = async (
  { hub }: Surroundings,
  slice: Mutable,
  fleet: {
    readonly clusters: readonly string[];
    readonly octets: ReadonlyMap<string, number>;
    readonly nodeIps: ReadonlyMap<string, readonly string[]>;
  },
): Promise<void> => {
  const { name, namespace = '' } = slice.metadata;
  for (const [index, [server, client]] of pairsOf(fleet.clusters).entries()) {
    const side = (cluster: string, remote: string) => ({
      clusterName: cluster,
      gatewayName: `${name}-${cluster}-${remote}`,
      gatewaySubnet: clusterSubnet(slice.spec.sliceSubnet, slice.spec.maxClusters ?? 16, fleet.octets.get(cluster) ?? 0),
      vpnIp: vpnIp(slice.spec.sliceSubnet, 2 * index + (cluster === server ? 1 : 2)),
      nodeIps: fleet.nodeIps.get(cluster) ?? [],
      nodePorts: cluster === server ? [0, 1].map((gateway) => nodePort(`${name} ${server} ${client} ${gateway}`)) : [],
    });
    for (const [local, remote, host] of [
      [server, client, 'Server'],
      [client, server, 'Client'],
    ] as const) {
      const gateway = `${name}-${local}-${remote}`;
      const existing = await hub.get({ ...WORKER_SLICE_GATEWAY, namespace, name: gateway });
      await hub.apply({
        ...WORKER_SLICE_GATEWAY,
        metadata: { name: gateway, namespace, labels: { ...ownedLabels(name, local, namespace), 'remote-cluster': remote } },
        spec: {
          sliceName: name,
          gatewayNumber: index + 1,
          gatewayType: slice.spec.sliceGatewayProvider?.sliceGatewayType,
          gatewayHostType: existing?.spec?.gatewayHostType ?? host,
          gatewayCredentials: { secretName: gateway },
          localGatewayConfig: side(local, remote),
          remoteGatewayConfig: side(remote, local),
        },
      });
    }
  }
  const wanted = new Set(pairsOf(fleet.clusters).flatMap(([a, b]) => [`${name}-${a}-${b}`, `${name}-${b}-${a}`]));
  for (const gateway of await hub.list({ ...WORKER_SLICE_GATEWAY, namespace, labelSelector: `original-slice-name=${name}` }))
    if (!wanted.has(gateway.metadata.name)) await hub.delete({ ...WORKER_SLICE_GATEWAY, namespace, name: gateway.metadata.name });
};

/** Always the same port for the same gateway, so that writing again changes nothing. */
const nodePort = (gateway: string): number => FIRST_NODE_PORT + (createHash('sha256').update(gateway).digest().readUInt16BE(0) % 2768);

/**
 * One Job for each pair, which writes keys of the tunnel, one Secret for each end: the first time for pairs without Secrets, with each later rotation for
 * all. What the Jobs become is watched, as there are many.
 */
export const makeCertificates = async (
  { hub, time }: Surroundings,
  slice: Mutable,
  { clusters, rotation }: { readonly clusters: readonly string[]; readonly rotation: number },
  faults: KubesliceFaults,
  signal: AbortSignal,
): Promise<void> => {
  const { name, namespace = '' } = slice.metadata;
  const watching = new AbortController();
  const jobs = observer(hub, AbortSignal.any([signal, watching.signal]))({ ...JOB, namespace: CONTROLLER_NAMESPACE });
  const certify = async ([server, client]: readonly [string, string]): Promise<void> => {
    if (rotation === 1 && (await hub.get({ ...SECRET, namespace, name: `${name}-${client}-${server}` })) !== undefined) return;
    const seed = [namespace, name, server, client, ...(rotation === 1 ? [] : [rotation])].join(' ');
    const job = `open-cert-${createHash('sha256').update(seed).digest('hex').slice(0, 8)}`;
    await hub.create({
      ...JOB,
      metadata: { name: job, namespace: CONTROLLER_NAMESPACE, labels: { SLICE_NAME: name } },
      spec: {
        backoffLimit: 2,
        template: {
          metadata: { labels: { app: 'ovpn-cert-generator' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'ovpn-cert-generator', image: 'aveshasystems/gateway-certs-generator:0.6.0' }] },
        },
      },
    });
    if (!(await time.after(CERTIFICATE_MS, signal))) return;
    // The Job's own program writes them in the end: without its pod there are none.
    if (!(await untilObserved(jobs, () => Number(jobs.get(CONTROLLER_NAMESPACE, job)?.status?.succeeded ?? 0) > 0, signal))) return;
    while (faults.certificatesFail) if (!(await time.after(RETRY_MS, signal))) return;
    for (const [local, remote] of [
      [server, client],
      [client, server],
    ] as const) {
      const secret = { ...SECRET, namespace, name: `${name}-${local}-${remote}` };
      const data = encoded({ privateKey: randomBytes(32).toString('base64'), peerPublicKey: randomBytes(32).toString('base64') });
      const made = await hub.create({
        ...SECRET,
        metadata: { name: secret.name, namespace, labels: ownedLabels(name, local, namespace) },
        type: 'Opaque',
        data,
      });
      if (made === undefined && rotation > 1) await hub.merge(secret, { data });
    }
  };
  try {
    // It makes the Jobs and does not wait for them.
    await Promise.all(pairsOf(clusters).map(certify));
  } finally {
    watching.abort();
  }
};
