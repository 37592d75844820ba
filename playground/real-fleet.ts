import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeClusteradm } from './clusteradm/install.ts';
import type { SimulatedFleet } from './fleet.ts';
import { fleetNetwork } from './control/network.ts';
import { operatorClient, type Connection } from './control/kit.ts';
import { simulatedTime } from './control/simulated-time.ts';
import type { Kubeslice } from './operators/kubeslice/index.ts';
import { startOperators, type OperatorName } from './operators/start-operators.ts';
import { administratorOf, removeLeftoversOf } from './real/administrator.ts';
import { addressTowards } from './real/address-towards.ts';
import type { StandInImages } from './real/container-stand-ins.ts';
import { applyFullCrds, belongsOnSpokes, readCrds } from './real/crds.ts';
import { startDnsServer, type DnsServer } from './real/dns-server.ts';
import { startPodWebhook } from './real/pod-webhook.ts';
import { udpProbe } from './real/udp-probe.ts';

/** What a real fleet is made of. Exported for tests. */
export interface RealFleetOptions {
  /** Paths as in KUBECONFIG. */
  readonly kubeconfig: string;
  readonly clusters: readonly { readonly name: string; readonly context: string }[];
  readonly hub: string;
  /** Address of the hub's API server as pods reach it. */
  readonly hubApiServer: string;
  readonly kubedbNamespace: string;
  readonly databaseNamespaces: readonly string[];
  readonly images: StandInImages;
  /** Operators that the clusters bring themselves. */
  readonly without: ReadonlySet<OperatorName>;
  /** Folder with full CRDs, which go before the stand-ins' own. */
  readonly crds?: string;
  /** Address of this machine as the clusters reach it; absent: the one that connections to the hub come from. */
  readonly address?: string;
  readonly speed: number;
  readonly folder: string;
  readonly onError?: (error: unknown) => void;
}

/**
 * Real clusters with the stand-ins' operators as clients of their APIs. API servers, controllers, kubelets, DNS and databases are real; nothing of
 * them can be broken from here, so that `apis` and `basics` are empty. What runs that were killed left is taken away first; what was started is
 * closed again when not all of it can be.
 * Exported for tests.
 */
export const startRealFleet = async (options: RealFleetOptions): Promise<SimulatedFleet> => {
  const { clusters, hub, without, folder, kubeconfig } = options;
  await using started = new AsyncDisposableStack();
  const connections: Connection[] = [];
  for (const { name, context } of clusters) {
    await removeLeftoversOf(kubeconfig, context);
    const administrator = await administratorOf(kubeconfig, context);
    started.defer(() => administrator.close());
    connections.push({ ...administrator.connection, name });
  }
  const hubConnection = connections.find(({ name }) => name === hub) ?? connections[0]!;
  if (options.crds !== undefined) await bringCrds(options.crds, connections, hubConnection);
  const address = options.address ?? (await addressTowards(hubConnection.server));
  const network = fleetNetwork();
  network.advertise(options.hubApiServer, hubConnection);

  const lookups: { current?: Kubeslice | undefined } = {};
  const dns = new Map<string, DnsServer>();
  for (const connection of connections) {
    const { name } = connection;
    const resolve = async (question: { readonly name: string }) => {
      const addresses = lookups.current?.lookup(name, question.name);
      if (addresses === undefined) throw new Error('kubeslice-dns does not run');
      return { rcode: 'NOERROR' as const, addresses };
    };
    const server = await startDnsServer(address, resolve, await portBefore(connection, address));
    started.defer(() => server.close());
    dns.set(name, server);
  }
  // Before the operators: none of their pods may be made without it.
  const webhook = await startPodWebhook({ connections, address, images: options.images, namespaces: namespacesOf(options) });
  started.defer(() => webhook.close());
  const ending = new AbortController();
  const probe = udpProbe(connections, ending.signal);
  started.defer(() => probe.close());
  const operators = startOperators({
    hub: hubConnection,
    spokes: connections,
    network,
    time: simulatedTime(options.speed),
    signal: ending.signal,
    without,
    webhookAddress: address,
    kubeslice: { dnsServer: (cluster) => ({ address, port: dns.get(cluster)!.port }), podAddresses: 'pod', crosses: probe.crosses },
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  started.defer(async () => {
    ending.abort();
    await operators.stopped();
  });
  lookups.current = operators.kubeslice;
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  if (!without.has('ocm')) await writeClusteradm({ folder: bin, network });

  const kept = started.move();
  return {
    apis: new Map(),
    basics: new Map(),
    network,
    missingImages: new Map(),
    kubeslice: operators.kubeslice?.faults ?? { cutTunnel: () => undefined, mendTunnel: () => undefined, certificatesFail: false },
    kubeconfig,
    bin,
    connections,
    close: () => kept.disposeAsync(),
  };
};

/**
 * Port on which a run before answered for kubeslice-dns of the cluster; 0 where there was none. Another port at the same address would not be reached
 * by CoreDNS pods that asked the old one: kube-proxy forgets UDP flows to addresses that are gone, not to ports.
 */
const portBefore = async (connection: Connection, address: string): Promise<number> => {
  const client = operatorClient(connection, 'pgdist-tests');
  try {
    const slice = await client.get({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace: 'kubeslice-system',
      name: 'kubeslice-dns',
    });
    const { endpoints = [], ports = [] } = (slice ?? {}) as { endpoints?: { addresses: string[] }[]; ports?: { port?: number }[] };
    return endpoints[0]?.addresses[0] === address ? (ports[0]?.port ?? 0) : 0;
  } finally {
    await client.close();
  }
};

const bringCrds = async (folder: string, connections: readonly Connection[], hub: Connection): Promise<void> => {
  const crds = await readCrds(folder);
  for (const connection of connections) {
    const client = operatorClient(connection, 'pgdist-tests');
    try {
      await applyFullCrds(client, connection === hub ? crds : crds.filter(belongsOnSpokes));
    } finally {
      await client.close();
    }
  }
};

const namespacesOf = ({ without, kubedbNamespace, databaseNamespaces }: RealFleetOptions): string[] => [
  ...(without.has('ocm')
    ? []
    : ['open-cluster-management', 'open-cluster-management-hub', 'open-cluster-management-agent', 'open-cluster-management-agent-addon']),
  ...(without.has('kubeslice') ? [] : ['kubeslice-controller', 'kubeslice-system', 'kubeslice-nsm-webhook-system']),
  ...(without.has('kubedb') ? [] : [kubedbNamespace, ...databaseNamespaces]),
];
