import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeClusteradm } from './clusteradm/install.ts';
import { startKubernetesApi } from './kubernetes-api/index.ts';
import type { KubernetesApi } from './kubernetes-api/contract.ts';
import { fleetNetwork, type FleetNetwork } from './control/network.ts';
import { startClusterBasics, type ClusterBasics } from './node/basics.ts';
import { type Connection } from './control/kit.ts';
import { simulatedTime } from './control/simulated-time.ts';
import { kubedbPrograms } from './operators/kubedb/index.ts';
import { kubeslicePrograms, type KubesliceFaults } from './operators/kubeslice/index.ts';
import { startOperators } from './operators/start-operators.ts';
import { postgresWorld } from './postgres/world.ts';

/** What a fleet is made of; names and addresses are those that pgdist.yaml has. */
export interface SimulatedFleetOptions {
  readonly clusters: readonly string[];
  readonly hub: string;
  /** Address of the hub's API server as pods reach it. */
  readonly hubApiServer: string;
  /** How much faster than real the stand-ins are. */
  readonly speed: number;
  /** Empty folder for kubeconfig, tools and databases. */
  readonly folder: string;
  readonly onError?: (error: unknown) => void;
}

export interface SimulatedFleet {
  readonly apis: ReadonlyMap<string, KubernetesApi>;
  readonly basics: ReadonlyMap<string, ClusterBasics>;
  readonly network: FleetNetwork;
  readonly kubeslice: KubesliceFaults;
  /** Parts of the names of images that the nodes of a cluster cannot pull. */
  readonly missingImages: ReadonlyMap<string, Set<string>>;
  /** Kubeconfig with one context for each cluster. */
  readonly kubeconfig: string;
  /** Folder with the clusteradm of this fleet. */
  readonly bin: string;
  readonly connections: readonly Connection[];
  close(): Promise<void>;
}

/** Clusters with the stand-ins of all that pgdist drives; nothing here knows pgdist. */
export const startSimulatedFleet = async ({
  clusters,
  hub,
  hubApiServer,
  speed,
  folder,
  onError,
}: SimulatedFleetOptions): Promise<SimulatedFleet> => {
  const ending = new AbortController();
  const { signal } = ending;
  const time = simulatedTime(speed);
  const network = fleetNetwork();
  const apis = new Map<string, KubernetesApi>();
  for (const name of clusters) apis.set(name, await startKubernetesApi({ name }));
  const connections = [...apis.values()].map(({ name, url, caPem, adminToken }): Connection => ({ name, server: url, ca: caPem, token: adminToken }));
  const connectionOf = (name: string): Connection => connections.find((connection) => connection.name === name)!;
  network.advertise(hubApiServer, connectionOf(hub));

  const shared = { hub: connectionOf(hub), spokes: connections, time, signal, network, ...(onError === undefined ? {} : { onError }) };
  const operators = startOperators(shared);
  const kubeslice = operators.kubeslice!;
  const world = await postgresWorld({ root: join(folder, 'pg'), network: kubeslice, time });
  const basics = new Map<string, ClusterBasics>();
  const missingImages = new Map(clusters.map((name) => [name, new Set<string>()]));
  for (const [index, connection] of connections.entries()) {
    const { name } = connection;
    basics.set(
      name,
      await startClusterBasics({
        ...shared,
        connection,
        api: apis.get(name)!,
        nodes: [{ name: `${name}-1`, address: `10.250.0.${10 + index}` }],
        podNetwork: `10.${100 + index}`,
        interfaceName: index % 2 === 0 ? 'enp3s0' : 'eth0',
        imageIsThere: (image) => ![...missingImages.get(name)!].some((part) => image.includes(part)),
        programs: [...kubedbPrograms({ world, connection }), ...kubeslicePrograms()],
        forwardTargets: async (clusterIp) => {
          if (clusterIp !== kubeslice.dnsAddress(name)) return undefined;
          return async ({ name: asked }) => {
            const addresses = kubeslice.lookup(name, asked);
            if (addresses === undefined) throw new Error('kubeslice-dns does not run');
            return { rcode: 'NOERROR', addresses };
          };
        },
      }),
    );
  }

  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(connections), { mode: 0o600 });
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeClusteradm({ folder: bin, network });

  return {
    apis,
    basics,
    network,
    kubeslice: kubeslice.faults,
    missingImages,
    kubeconfig,
    bin,
    connections,
    async close() {
      ending.abort();
      await Promise.all([operators.stopped(), ...[...basics.values()].map((cluster) => cluster.close())]);
      await world.close();
      await Promise.all([...apis.values()].map((api) => api.close()));
    },
  };
};

/** Kubeconfig (YAML) with one context for each connection. Exported for tests. */
export const kubeconfigOf = (connections: readonly Connection[]): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': connections[0]?.name,
    clusters: connections.map(({ name, server, ca }) => ({
      name,
      cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
    })),
    users: connections.map(({ name, token }) => ({ name, user: { token } })),
    contexts: connections.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  });
