import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createClusteradm } from '../../src/adapters/cli/clusteradm.ts';
import { createHelm } from '../../src/adapters/cli/helm.ts';
import { connectCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Fleet } from '../../src/domain/fleet.ts';
import { writeClusteradm } from '../../playground/clusteradm/install.ts';
import { startKubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { fleetNetwork, type FleetNetwork } from '../../playground/control/network.ts';
import { startClusterBasics } from '../../playground/node/basics.ts';
import { operatorClient, type Connection, type OperatorClient } from '../../playground/control/kit.ts';
import { simulatedTime } from '../../playground/control/simulated-time.ts';
import { startOcmHub, startOcmSpoke } from '../../playground/operators/ocm/index.ts';
import type { ApplyContext } from '../../src/steps/context.ts';
import { testFleet } from './fleet.ts';

/** Two bare clusters with nodes, on which OCM comes alive when clusteradm installs it; and what a step is given to work on them. */
export interface OcmFleet {
  readonly fleet: Fleet;
  readonly context: ApplyContext;
  readonly network: FleetNetwork;
  readonly apis: ReadonlyMap<string, Awaited<ReturnType<typeof startKubernetesApi>>>;
  /** As an administrator who is not pgdist. */
  readonly admins: ReadonlyMap<string, OperatorClient>;
  close(): Promise<void>;
}

export const ocmFleet = async ({ speed = 50 } = {}): Promise<OcmFleet> => {
  const ending = new AbortController();
  const { signal } = ending;
  const time = simulatedTime(speed);
  const network = fleetNetwork();
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  const apis = new Map(await Promise.all(testFleet.clusters.map(async ({ name }) => [name, await startKubernetesApi({ name })] as const)));
  const connections = [...apis.values()].map(({ name, url, caPem, adminToken }): Connection => ({ name, server: url, ca: caPem, token: adminToken }));
  network.advertise(
    testFleet.hubApiServer,
    connections.find(({ name }) => name === testFleet.hub)!,
  );
  const parts = await Promise.all(
    connections.map(async (connection, index) => {
      const { name } = connection;
      const shared = { connection, time, signal };
      return [
        await startClusterBasics({
          ...shared,
          network,
          api: apis.get(name)!,
          nodes: [{ name: `${name}-1`, address: `10.250.0.${10 + index}` }],
          podNetwork: `10.${100 + index}`,
        }),
        ...(name === testFleet.hub ? [startOcmHub(shared)] : []),
        startOcmSpoke({ ...shared, network }),
      ];
    }),
  );
  await writeClusteradm({ folder, network });
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${folder}${delimiter}${path}`;

  const clients = new Map(
    [...apis].map(([name, { kubeconfig }]) => [name, connectCluster({ name, kubeConfig: loadKubeConfig({ text: kubeconfig }) })]),
  );
  const admins = new Map(connections.map((connection) => [connection.name, operatorClient(connection, 'kubectl')]));
  const tools = { kubeconfigOf: (name: string) => clients.get(name)!.kubeconfig() };
  const [helm, clusteradm] = [createHelm(tools), createClusteradm(tools)];
  const context: ApplyContext = {
    fleet: testFleet,
    installation: 'test',
    runId: 'r1',
    clock: systemClock,
    signal,
    cluster: (name) => clients.get(name)!,
    afterCancel: (name) => clients.get(name)!,
    licence: () => Promise.reject(new Error('not part of this test')),
    toolVersion: (tool) => (tool === 'helm' ? helm : clusteradm).version(signal),
    helm,
    clusteradm,
    progress: () => undefined,
  };
  return {
    fleet: testFleet,
    context,
    network,
    apis,
    admins,
    async close() {
      ending.abort(new Error('the test ended'));
      process.env['PATH'] = path;
      await Promise.all([...parts.flat().map((part) => part.close()), ...[...clients.values(), ...admins.values()].map((client) => client.close())]);
      await Promise.all([...apis.values()].map((api) => api.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
