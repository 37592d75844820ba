import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createHelm } from '../../src/adapters/cli/helm.ts';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import type { Database } from '../../src/domain/database.ts';
import type { Fleet } from '../../src/domain/fleet.ts';
import { assembleChart } from '../../playground/charts/assemble.ts';
import { startKubernetesApi, type KubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { fleetNetwork } from '../../playground/control/network.ts';
import { startClusterBasics } from '../../playground/node/basics.ts';
import type { ControllerContext } from '../../playground/control/objects.ts';
import { observer } from '../../playground/control/observed.ts';
import { operatorClient, type Connection } from '../../playground/control/kit.ts';
import { simulatedTime } from '../../playground/control/simulated-time.ts';
import { kubeslicePrograms, startKubeslice, type Kubeslice, type KubesliceOptions } from '../../playground/operators/kubeslice/index.ts';
import { createCrds, HUB_CRDS, SPOKE_CRDS } from '../../playground/operators/ocm/crds.ts';
import { runAddonManager } from '../../playground/operators/ocm/hub/addons.ts';
import { runPlacementController } from '../../playground/operators/ocm/hub/placements.ts';
import { runWorkController } from '../../playground/operators/ocm/hub/work-replica-sets.ts';
import { CLUSTER_SET, MANAGED_CLUSTER } from '../../playground/operators/ocm/names.ts';
import { runWorkAgent } from '../../playground/operators/ocm/works/agent.ts';
import { toolPaths } from '../../playground/tools.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import type { ApplyContext } from '../../src/steps/context.ts';
import { fleetOf, testDatabase } from './fleet.ts';
import { systemClock } from './system-clock.ts';

export interface JoinedFleetOptions {
  readonly speed?: number;
  readonly kubeslice?: Pick<KubesliceOptions, 'healthWarnings'>;
  /** Whether nodes can pull an image; default: every image. */
  readonly imageIsThere?: (image: string) => boolean;
  readonly onError?: (error: unknown) => void;
}

/** Two clusters that OCM has joined, with KubeSlice's stand-ins waiting for their Deployments; and what a step is given to work on them. */
export interface JoinedFleet {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly context: ApplyContext;
  readonly kubeslice: Kubeslice;
  cluster(name: string): ClusterClient;
  /** How operators reach the clusters, hub first. */
  readonly connections: readonly Connection[];
  readonly apis: readonly KubernetesApi[];
  close(): Promise<void>;
}

const HUB = 'tokyo';
const SPOKE = 'osaka';

export const joinedFleet = async ({
  speed = 20,
  kubeslice: more = {},
  imageIsThere = () => true,
  onError,
}: JoinedFleetOptions = {}): Promise<JoinedFleet> => {
  const ending = new AbortController();
  const { signal } = ending;
  const time = simulatedTime(speed);
  const network = fleetNetwork();
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  const chart = await assembleChart('kubeslice-controller', folder);
  const fleet = fleetWith(chart);
  const apis = await Promise.all(fleet.clusters.map(({ name }) => startKubernetesApi({ name })));
  const connections = apis.map(({ name, url, caPem, adminToken }): Connection => ({ name, server: url, ca: caPem, token: adminToken }));
  const [hub] = connections;
  if (hub === undefined) throw new Error('a fleet has a hub');
  network.advertise(fleet.hubApiServer, hub);
  const report = (error: unknown): void => {
    if (!signal.aborted) onError?.(error);
  };
  const kubeslice = startKubeslice({ hub, spokes: connections, time, signal, network, onError: report, ...more });
  const basics = await Promise.all(
    connections.map((connection, index) =>
      startClusterBasics({
        connection,
        time,
        signal,
        network,
        api: apis[index]!,
        nodes: [{ name: `${connection.name}-1`, address: `10.250.0.${10 + index}` }],
        podNetwork: `10.${100 + index}`,
        interfaceName: 'enp3s0',
        programs: kubeslicePrograms(),
        imageIsThere,
        forwardTargets: async (address) => {
          if (address !== kubeslice.dnsAddress(connection.name)) return undefined;
          return async ({ name }) => {
            const addresses = kubeslice.lookup(connection.name, name);
            if (addresses === undefined) throw new Error('kubeslice-dns does not run');
            return { rcode: 'NOERROR', addresses };
          };
        },
        onError: report,
      }),
    ),
  );
  const closeOcm = await joinAll(hub, connections, { time, signal, onError: report });

  const kubeConfigs = new Map(apis.map(({ name, kubeconfig }) => [name, kubeconfig]));
  const clients = new Map(
    apis.map(({ name, kubeconfig }): [string, ConnectedCluster] => [
      name,
      connectCluster({ name, kubeConfig: loadKubeConfig({ text: kubeconfig }) }),
    ]),
  );
  const cluster = (name: string): ClusterClient => clients.get(name)!;
  const { helm } = await toolPaths();
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${dirname(helm)}${delimiter}${path}`;
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const context: ApplyContext = {
    fleet,
    installation: 'test',
    runId: 'r1',
    clock: systemClock,
    signal,
    cluster,
    afterCancel: cluster,
    licence: unused,
    toolVersion: unused,
    helm: createHelm({ kubeconfigOf: async (name) => kubeConfigs.get(name)! }),
    clusteradm: { init: unused, join: unused, version: unused },
    progress: () => undefined,
  };
  return {
    fleet,
    database: testDatabase,
    context,
    kubeslice,
    cluster,
    connections,
    apis,
    async close() {
      ending.abort(new Error('the test ended'));
      process.env['PATH'] = path;
      await Promise.all([
        kubeslice.stopped,
        closeOcm(),
        ...basics.map((one) => one.close()),
        ...[...clients.values()].map((client) => client.close()),
      ]);
      await Promise.all(apis.map((api) => api.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const joinAll = async (
  hub: Connection,
  connections: readonly Connection[],
  shared: Pick<ControllerContext, 'time' | 'signal' | 'onError'>,
): Promise<() => Promise<void>> => {
  const contextOf = (connection: Connection): ControllerContext => {
    const client = operatorClient(connection, 'ocm');
    return { ...shared, client, observe: observer(client, shared.signal), now: () => new Date(), random: () => 0.5 };
  };
  const onHub = contextOf(hub);
  await createCrds(onHub.client, HUB_CRDS);
  await onHub.client.apply({
    ...CLUSTER_SET,
    metadata: { name: 'global' },
    spec: { clusterSelector: { selectorType: 'LabelSelector', labelSelector: {} } },
  });
  const clients = [onHub.client];
  for (const connection of connections) {
    const { name } = connection;
    await onHub.client.apply({ ...MANAGED_CLUSTER, metadata: { name }, spec: { hubAcceptsClient: true } });
    await onHub.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const onSpoke = contextOf(connection);
    await createCrds(onSpoke.client, SPOKE_CRDS);
    const agentOnHub = operatorClient(hub, 'work-agent');
    clients.push(onSpoke.client, agentOnHub);
    runWorkAgent(onSpoke, agentOnHub, { clusterName: name, server: hub.server, rawJson: true, statusSyncMs: 10_000 }).catch(shared.onError);
  }
  runAddonManager(onHub);
  runPlacementController(onHub);
  runWorkController(onHub);
  return async () => {
    await Promise.all(clients.map((client) => client.close()));
  };
};

const fleetWith = (chart: string): Fleet =>
  fleetOf([HUB, SPOKE], { kubeslice: { chart }, slice: { bandwidthCeilingKbps: 102_400, bandwidthGuaranteedKbps: 51_200 } });
