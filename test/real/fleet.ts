import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { credentialsOf } from '../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { CHANNEL } from '../../playground/people.ts';
import { operatorClient, type Connection } from '../../playground/control/kit.ts';
import type { OperatorName } from '../../playground/operators/start-operators.ts';
import { contextsGiven } from '../../playground/real/administrator.ts';
import { DEFAULT_IMAGES } from '../../playground/real/container-stand-ins.ts';
import { leaveOutOfCharts } from '../../playground/real/crds.ts';
import { ownOperators } from '../../playground/real/own-operators.ts';
import { startRealFleet } from '../../playground/real-fleet.ts';
import { testPlayground, type TestPlayground } from '../support/playground.ts';
import { startRedis } from '../support/redis.ts';

const { env } = process;

/** Why nothing of this folder can run; undefined: it can. */
export const missing = (): string | undefined =>
  contextsGiven(env['KUBECONFIG']).length < 2 ? 'KUBECONFIG does not lead to two clusters or more: see docs/real-clusters.md' : undefined;

const wanted = z.object({
  hub: z.object({ cluster: z.string(), apiServer: z.string() }),
  clusters: z.array(z.object({ name: z.string(), context: z.string().optional() })),
  kubeslice: z.object({ chart: z.string().optional() }),
  kubedb: z.object({ namespace: z.string().default('kubedb'), chart: z.string().optional() }),
  databases: z.array(z.object({ namespace: z.string().default('demo') })),
});

/** The pgdist.yaml of PGDIST_CONFIG, or one for the contexts of KUBECONFIG, of which the first is the hub. */
const configText = async (): Promise<string> => {
  if (env['PGDIST_CONFIG'] !== undefined) return readFile(env['PGDIST_CONFIG'], 'utf8');
  const contexts = contextsGiven(env['KUBECONFIG']);
  const [hub = '', second = ''] = contexts;
  const { way } = await credentialsOf(loadKubeConfig({ paths: env['KUBECONFIG'] ?? '' }, hub)).now();
  return JSON.stringify({
    fleet: 'demo',
    hub: { cluster: hub, apiServer: env['PGDIST_HUB_API_SERVER'] ?? way.server },
    clusters: contexts.map((name) => ({ name, gateway: env['PGDIST_INTERFACE'] === undefined ? {} : { interface: env['PGDIST_INTERFACE'] } })),
    kubeslice: { chart: 'charts/kubeslice-controller', project: 'demo-distributed-postgres', slice: { name: 'demo-slice', subnet: '10.1.0.0/16' } },
    kubedb: { chart: 'charts/kubedb', licenceFile: 'kubedb-licence.pem' },
    databases: [{ name: 'postgres', namespace: 'demo', version: '17.2', replicas: 3, storage: '2Gi', placement: { [hub]: [0, 2], [second]: [1] } }],
    ...(env['PGDIST_TEST_IMAGE'] === undefined ? {} : { probeImage: env['PGDIST_TEST_IMAGE'] }),
    slack: { channels: [CHANNEL], approvers: ['U0ALICE', 'U0BOB'] },
  });
};

/** Whether PGDIST_REAL lists the operator: the clusters bring it themselves. */
export const bringsOwn = (name: OperatorName): boolean => (env['PGDIST_REAL'] ?? '').split(',').includes(name);

export interface RealPlayground extends TestPlayground {
  /** pgdist's name of the hub. */
  readonly hub: string;
  /** Context of a cluster in the kubeconfig. */
  contextOf(cluster: string): string;
  /** Asks for a deploy until its plan waits for approval: what a busy machine did not answer in time blocks a plan, and a person would ask again. */
  plan(): Promise<void>;
  /** Deploys, approving what is left to do: at least the claim of the fleet and a new licence. Takes DEPLOY_MS at most. */
  deploy(): Promise<void>;
}

/** More than pgdist waits for any one thing (KubeDB: 10 minutes), so that what is seen is its own word on it. */
const DEPLOY_SECONDS = 780;
export const DEPLOY_MS = 900_000;

/** pgdist's processes and a fake Slack with the real clusters of KUBECONFIG. Close it; what was deployed stays. */
export const realPlayground = async (): Promise<RealPlayground> => {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-real-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const configFile = join(folder, 'pgdist.yaml');
  const text = await configText();
  await writeFile(configFile, text);
  const { hub, clusters, kubeslice, kubedb, databases } = wanted.parse(parse(text));
  const without = ownOperators({ list: env['PGDIST_REAL'], charts: { kubeslice: kubeslice.chart, kubedb: kubedb.chart }, path: env['PATH'] });
  const redis = env['REDIS_URL'] === undefined ? await startRedis() : undefined;
  started.defer(() => redis?.close());
  const playground = await testPlayground({
    configFile,
    redisUrl: redis?.url ?? env['REDIS_URL']!,
    speed: Number(env['PGDIST_SPEED'] ?? 5),
    logLevel: 'debug',
    ...(env['PGDIST_TRACE'] === undefined ? {} : { onError: (error) => console.error(error) }),
    startFleet: async (options) => {
      const fleet = await startRealFleet({
        ...options,
        kubeconfig: env['KUBECONFIG'] ?? '',
        clusters: clusters.map(({ name, context = name }) => ({ name, context })),
        hub: hub.cluster,
        kubedbNamespace: kubedb.namespace,
        databaseNamespaces: [...new Set(databases.map(({ namespace }) => namespace))],
        images: { stay: env['PGDIST_TEST_IMAGE'] ?? DEFAULT_IMAGES.stay, postgres: env['PGDIST_POSTGRES_IMAGE'] ?? DEFAULT_IMAGES.postgres },
        without,
        ...(env['PGDIST_HOST'] === undefined ? {} : { address: env['PGDIST_HOST'] }),
        ...(env['PGDIST_CRDS'] === undefined ? {} : { crds: env['PGDIST_CRDS'] }),
      });
      started.defer(() => fleet.close());
      await releaseFleet(fleet.connections.find(({ name }) => name === hub.cluster)!);
      return fleet;
    },
  });
  started.defer(() => playground.close());
  const hubClient = operatorClient(
    playground.fleet.connections.find(({ name }) => name === hub.cluster)!,
    'pgdist-tests',
  );
  started.defer(() => hubClient.close());
  await leaveOutOfCharts(join(playground.folder, 'charts'), hubClient);
  const kept = started.move();
  const plan = (): Promise<void> =>
    playground.insist(`
      alice: /pgdist deploy postgres
      wait waiting for approval
    `);
  return {
    ...playground,
    hub: hub.cluster,
    contextOf: (cluster) => clusters.find(({ name }) => name === cluster)?.context ?? cluster,
    plan,
    async deploy() {
      await plan();
      await playground.play(`
        bob: approve
        wait succeeded ${DEPLOY_SECONDS}
      `);
    },
    close: () => kept.disposeAsync(),
  };
};

/** Each run has a new Redis, so is a new installation: takes away the claim of the run before, as a person would who knows that it is gone. */
const releaseFleet = async (hub: Connection): Promise<void> => {
  const client = operatorClient(hub, 'pgdist-tests');
  await client.delete({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'pgdist', name: 'pgdist' });
  await client.close();
};
