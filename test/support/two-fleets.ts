import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorClient, type Connection } from '../../playground/control/kit.ts';
import { kubeconfigOf, startSimulatedFleet } from '../../playground/fleet.ts';
import { makeLicence } from '../../playground/operators/kubedb/licence.ts';
import { workerAccess } from '../../playground/worker-access.ts';
import { startFreezableProxy, type FreezableProxy } from './freezable-proxy.ts';
import { configFor, testPlayground, TWO_CLUSTERS, type TestPlayground } from './playground.ts';

/** Names of clusters and databases are the same in both. */
const SHAPE = { ...TWO_CLUSTERS, also: ['orders'] };
const HUB = SHAPE.clusters[0]!;

type Settings = Record<string, unknown>;

/** An installation with the playground's fleet as `eu` and one more as `us`, whose hub stands behind a proxy. */
export interface TwoFleets extends TestPlayground {
  readonly hubOfUs: FreezableProxy;
  /** Environment of the worker, whose kubeconfig leads to both. */
  readonly ofWorker: Readonly<Record<string, string>>;
}

/** One bot and one worker for both. `shared` stands beside `fleets`. Close it. */
export const twoFleets = async (shared: Settings = {}): Promise<TwoFleets> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-us-'));
  // PostgreSQL's servers run as another user where this one is root.
  await chmod(folder, 0o711);
  const hubApiServer = 'https://10.251.0.10:6443';
  const us = await startSimulatedFleet({ clusters: SHAPE.clusters, hub: HUB, hubApiServer, speed: 60, folder });
  const hub = us.connections.find(({ name }) => name === HUB)!;
  const hubOfUs = await startFreezableProxy({ host: '127.0.0.1', port: Number(new URL(hub.server).port) });
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, configFor(SHAPE));
  const accounts = await Promise.all(us.connections.map((connection) => workerAccess(connection, configFile)));
  const throughProxy = ({ name, ...connection }: Connection): Connection => ({
    ...connection,
    name: `us-${name}`,
    ...(name === HUB ? { server: `https://127.0.0.1:${hubOfUs.port}` } : {}),
  });
  const kubeconfig = join(folder, 'kubeconfig-us');
  await writeFile(kubeconfig, kubeconfigOf(accounts.map(throughProxy)), { mode: 0o600 });
  const licenceFile = join(folder, 'us.pem');
  await writeFile(licenceFile, await makeLicence({ clusterUid: await uidOf(hub) }), { mode: 0o600 });

  const {
    fleet: _,
    slack,
    watch,
    ...own
  } = JSON.parse(configFor(SHAPE)) as { fleet: string; clusters: Settings[]; hub: Settings; kubedb: Settings } & Settings;
  const fleets = [
    { name: 'eu', ...own },
    {
      name: 'us',
      ...own,
      hub: { ...own.hub, apiServer: hubApiServer },
      clusters: own.clusters.map((cluster) => ({ ...cluster, context: `us-${String(cluster['name'])}` })),
      kubedb: { ...own.kubedb, licenceFile },
    },
  ];
  const several = JSON.stringify({ slack, watch, ...shared, fleets });
  const playground = await testPlayground({
    configFile,
    speed: 60,
    environmentOf: (process, environment) => {
      const { PGDIST_CONFIG = '', PATH = '', KUBECONFIG = '' } = environment;
      writeFileSync(PGDIST_CONFIG, several);
      // One clusteradm knows the way to the hubs of both.
      const [routes, others] = [PATH.split(':')[0]!, us.bin].map((bin) => join(bin, 'clusteradm-network.json'));
      const addresses = [routes, others].map((file) => JSON.parse(readFileSync(file!, 'utf8')) as Settings);
      writeFileSync(routes!, JSON.stringify(Object.assign({}, ...addresses)));
      return { ...environment, ...(process === 'worker' ? { KUBECONFIG: `${KUBECONFIG}:${kubeconfig}` } : {}) };
    },
  });
  return {
    ...playground,
    hubOfUs,
    ofWorker: { ...playground.environment, KUBECONFIG: `${playground.environment['KUBECONFIG'] ?? ''}:${kubeconfig}` },
    async close() {
      hubOfUs.thaw();
      await playground.close();
      await hubOfUs.close();
      await us.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const uidOf = async (connection: Connection): Promise<string> => {
  const client = operatorClient(connection, 'test');
  try {
    const found = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
    return found?.metadata.uid ?? '';
  } finally {
    await client.close();
  }
};
