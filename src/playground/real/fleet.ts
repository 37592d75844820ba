import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { writeClusteradm } from '../clusteradm/install.ts';
import type { SimulatedFleet } from '../fleet.ts';
import { fleetNetwork } from '../network.ts';
import { simulatedTime, type Connection } from '../operators/kit.ts';
import type { Kubeslice } from '../operators/kubeslice/index.ts';
import { startOperators, type OperatorName } from '../operators/start-operators.ts';
import { administratorOf } from './administrator.ts';
import type { StandInImages } from './container-stand-ins.ts';
import { startDnsServer, type DnsServer } from './dns-server.ts';
import { startPodWebhook } from './pod-webhook.ts';

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
  /** Address of this machine as the clusters reach it; absent: the one that connections to the hub come from. */
  readonly address?: string;
  readonly speed: number;
  readonly folder: string;
  readonly onError?: (error: unknown) => void;
}

/**
 * Real clusters with the stand-ins' operators as clients of their APIs. API servers, controllers, kubelets, DNS and databases are real; nothing of
 * them can be broken from here, so that `apis` and `basics` are empty.
 */
export const startRealFleet = async (options: RealFleetOptions): Promise<SimulatedFleet> => {
  const { clusters, hub, without, folder, kubeconfig } = options;
  const ending = new AbortController();
  const administrators = await Promise.all(clusters.map(({ context }) => administratorOf(kubeconfig, context)));
  const connections = administrators.map(({ connection }, index): Connection => ({ ...connection, name: clusters[index]?.name ?? '' }));
  const hubConnection = connections.find(({ name }) => name === hub) ?? connections[0]!;
  const address = options.address ?? (await addressTowards(hubConnection.server));
  const network = fleetNetwork();
  network.advertise(options.hubApiServer, hubConnection);

  const lookups: { current?: Kubeslice | undefined } = {};
  const dns = new Map<string, DnsServer>();
  for (const { name } of connections)
    dns.set(
      name,
      await startDnsServer(address, async (question) => {
        const addresses = lookups.current?.lookup(name, question.name);
        if (addresses === undefined) throw new Error('kubeslice-dns does not run');
        return { rcode: 'NOERROR', addresses };
      }),
    );
  const operators = startOperators({
    hub: hubConnection,
    spokes: connections,
    network,
    time: simulatedTime(options.speed),
    signal: ending.signal,
    without,
    webhookAddress: address,
    kubeslice: { dnsServer: (cluster) => ({ address, port: dns.get(cluster)!.port }), podAddresses: 'pod' },
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  lookups.current = operators.kubeslice;
  const webhook = await startPodWebhook({ connections, address, images: options.images, namespaces: namespacesOf(options) });
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  if (!without.has('ocm')) await writeClusteradm({ folder: bin, network });

  return {
    apis: new Map(),
    basics: new Map(),
    network,
    kubeslice: operators.kubeslice?.faults ?? { cutTunnel: () => undefined, mendTunnel: () => undefined, certificatesFail: false },
    kubeconfig,
    bin,
    connections,
    async close() {
      ending.abort();
      await operators.stopped();
      await webhook.close();
      await Promise.all([...dns.values()].map((server) => server.close()));
      await Promise.all(administrators.map((administrator) => administrator.close()));
    },
  };
};

const namespacesOf = ({ without, kubedbNamespace, databaseNamespaces }: RealFleetOptions): string[] => [
  ...(without.has('ocm')
    ? []
    : ['open-cluster-management', 'open-cluster-management-hub', 'open-cluster-management-agent', 'open-cluster-management-agent-addon']),
  ...(without.has('kubeslice') ? [] : ['kubeslice-controller', 'kubeslice-system']),
  ...(without.has('kubedb') ? [] : [kubedbNamespace, ...databaseNamespaces]),
];

const addressTowards = async (server: string): Promise<string> => {
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: port === '' ? 443 : Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(10_000) });
    return socket.localAddress ?? '';
  } finally {
    socket.destroy();
  }
};
