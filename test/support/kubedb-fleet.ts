import { readdir, readFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startKubernetesApi, type KubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { makeLicence } from '../../playground/operators/kubedb/licence.ts';
import { startClusterBasics, type ClusterBasics } from '../../playground/node/basics.ts';
import { observer } from '../../playground/control/observed.ts';
import { operatorClient, type Connection, type OperatorClient } from '../../playground/control/kit.ts';
import { simulatedTime } from '../../playground/control/simulated-time.ts';
import { kubedbPrograms, startKubedb } from '../../playground/operators/kubedb/index.ts';
import { runWorkAgent } from '../../playground/operators/ocm/works/agent.ts';
import { postgresWorld, type PostgresWorld } from '../../playground/postgres/world.ts';
import type { Manifest } from '../../src/kube-api/objects.ts';
import { databaseOf, fleetOf } from './fleet.ts';

const HUB = 'demo-controller';
const WORKER = 'demo-worker';
const PLACES = [
  { name: HUB, node: 'cp-1', address: '10.250.0.10', podNetwork: '10.244', sliceNetwork: '10.1.0' },
  { name: WORKER, node: 'worker-1', address: '10.250.0.20', podNetwork: '10.245', sliceNetwork: '10.1.16' },
];

export const fleet = fleetOf([HUB, WORKER], { storageClass: 'local-path' });
export const database = databaseOf([HUB, WORKER]);

/** One cluster of the fleet: its API server, its nodes, and a client to prepare and look with. */
export interface TestCluster {
  readonly api: KubernetesApi;
  readonly connection: Connection;
  readonly basics: ClusterBasics;
  readonly client: OperatorClient;
}

export interface KubedbFleet {
  readonly hub: TestCluster;
  readonly worker: TestCluster;
  /** Whether the slice carries traffic; true at first. */
  tunnel: boolean;
  /** Whether the work agents run: while they do not, the hub believes what they last said. True at first. */
  reporting: boolean;
  /** PEM of a licence that is valid for the hub. */
  readonly licence: string;
  readonly errors: unknown[];
  close(): Promise<void>;
}

export interface KubedbFleetOptions {
  /** Simulated seconds per second; default 60. */
  readonly speed?: number;
  /** Puts KubeDB's workloads on the hub, as its chart does; default true. */
  readonly operators?: boolean;
  /** Gate RawFeedbackJsonString of the work agents; default true. */
  readonly rawFeedback?: boolean;
}

/** Two clusters with OCM's work agents, KubeDB's operators and real PostgreSQL; KubeSlice is played by objects and a switch. */
export const kubedbFleet = async ({ speed = 60, operators = true, rawFeedback = true }: KubedbFleetOptions = {}): Promise<KubedbFleet> => {
  const stop = new AbortController();
  const { signal } = stop;
  const time = simulatedTime(speed);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  let tunnel = true;
  const world: PostgresWorld = await postgresWorld({
    root: await mkdtemp(join(tmpdir(), 'pg-')),
    time,
    network: { link: () => tunnel, sliceAddress: (cluster, _, pod) => sliceAddress(cluster, pod) },
  });
  const clusters = await Promise.all(PLACES.map((place) => startCluster(place, { world, time, signal, onError })));
  const [hub, worker] = clusters as [TestCluster, TestCluster];
  await Promise.all(clusters.map(({ client }, at) => seed(client, at === 0)));
  const licence = await makeLicence({
    clusterUid: (await hub.client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid ?? '',
  });
  if (operators) await installOperators(hub.client, licence);
  const clients = clusters.map(({ connection }) => ({
    hub: operatorClient(hub.connection, 'work-agent'),
    spoke: operatorClient(connection, 'work-agent'),
  }));
  const runAgents = () => {
    const life = new AbortController();
    const own = AbortSignal.any([signal, life.signal]);
    const stopped = clients.map(({ hub: hubClient, spoke }) =>
      runWorkAgent(
        { client: spoke, observe: observer(spoke, own), time, signal: own, now: () => new Date(), random: Math.random, onError },
        hubClient,
        { clusterName: spoke.cluster, server: hub.connection.server, rawJson: rawFeedback, statusSyncMs: 10_000 },
      ),
    );
    return { end: () => life.abort(), stopped: Promise.all(stopped) };
  };
  let agents: ReturnType<typeof runAgents> | undefined = runAgents();
  const kubedb = startKubedb({ hub: hub.connection, time, signal, onError });
  return {
    hub,
    worker,
    licence,
    errors,
    get tunnel() {
      return tunnel;
    },
    set tunnel(up) {
      tunnel = up;
    },
    get reporting() {
      return agents !== undefined;
    },
    set reporting(on) {
      if (!on) agents?.end();
      agents = on ? (agents ?? runAgents()) : undefined;
    },
    async close() {
      stop.abort();
      await Promise.all([kubedb.stopped, agents?.stopped]);
      await Promise.all(clients.flatMap((pair) => [pair.hub.close(), pair.spoke.close()]));
      await Promise.all(clusters.map(async ({ basics, client }) => Promise.all([basics.close(), client.close()])));
      await world.close();
      await Promise.all(clusters.map(({ api }) => api.close()));
    },
  };
};

const sliceAddress = (cluster: string, pod: string): string | undefined => {
  const network = PLACES.find(({ name }) => name === cluster)?.sliceNetwork;
  return network === undefined ? undefined : `${network}.${10 + Number(pod.split('-').at(-1))}`;
};

const startCluster = async (
  { name, node, address, podNetwork }: (typeof PLACES)[number],
  {
    world,
    time,
    signal,
    onError,
  }: { world: PostgresWorld; time: ReturnType<typeof simulatedTime>; signal: AbortSignal; onError: (error: unknown) => void },
): Promise<TestCluster> => {
  const api = await startKubernetesApi({ name });
  const connection: Connection = { name, server: api.url, ca: api.caPem, token: api.adminToken };
  const client = operatorClient(connection, 'test');
  const programs = kubedbPrograms({ world, connection });
  const basics = await startClusterBasics({ connection, time, nodes: [{ name: node, address }], programs, signal, api, podNetwork, onError });
  return { api, connection, basics, client };
};

const CRDS = join(import.meta.dirname, '../../playground/crds');

const applyCrds = async (client: OperatorClient, folder: string, wanted: (file: string) => boolean): Promise<void> => {
  for (const file of await readdir(join(CRDS, folder)))
    if (wanted(file)) await client.apply(parse(await readFile(join(CRDS, folder, file), 'utf8')) as Manifest);
};

/** What OCM and KubeSlice have left behind before KubeDB comes. */
const seed = async (client: OperatorClient, isHub: boolean): Promise<void> => {
  await applyCrds(
    client,
    'ocm',
    (file) => file === 'appliedmanifestworks.yaml' || (isHub && /^(manifestwork|placements|managedclustersetbindings)/.test(file)),
  );
  await applyCrds(client, 'kubeslice', (file) => file.startsWith('networking') || (isHub && file.includes('sliceconfigs')));
  for (const name of ['demo', 'kubedb'])
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubeslice.io/slice': fleet.kubeslice.slice.name } } });
  await client.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'open-cluster-management:klusterlet-work:petset', labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
    rules: [{ apiGroups: ['networking.kubeslice.io'], resources: ['*'], verbs: ['*'] }],
  });
  const imported = { apiVersion: 'networking.kubeslice.io/v1beta1', kind: 'ServiceImport' };
  const pods = { name: `${database.name}-pods`, namespace: database.namespace };
  await client.apply({ ...imported, metadata: pods, spec: { slice: fleet.kubeslice.slice.name, dnsName: '', ports: [] } });
  await client.setStatus({ ...imported, ...pods }, (status) => {
    status.endpoints = PLACES.map(({ name }) => ({ clusterId: name, name: '', dnsName: '', ip: '', port: 5432 }));
  });
  if (!isHub) return;
  for (const { name } of PLACES) await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kubeslice-demo' } });
  await client.apply({
    apiVersion: 'controller.kubeslice.io/v1alpha1',
    kind: 'SliceConfig',
    metadata: { name: fleet.kubeslice.slice.name, namespace: 'kubeslice-demo' },
    spec: {
      sliceSubnet: fleet.kubeslice.slice.subnet,
      clusters: PLACES.map(({ name }) => name),
      sliceGatewayProvider: { sliceGatewayType: 'Wireguard', sliceCaType: 'Local' },
      sliceIpamType: 'Local',
      sliceType: 'Application',
    },
  });
};

/** The part of KubeDB's chart that its operators look at. */
export const installOperators = async (hub: OperatorClient, licence: string): Promise<void> => {
  await applyCrds(hub, 'kubedb', () => true);
  const namespace = fleet.kubedb.namespace;
  await hub.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'kubedb-license', namespace },
    data: { 'key.txt': Buffer.from(licence).toString('base64') },
  });
  const workload = (kind: 'StatefulSet' | 'Deployment', name: string, component: string, container: string): Manifest => {
    const labels = { 'app.kubernetes.io/name': component, 'app.kubernetes.io/instance': 'kubedb' };
    return {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace, labels, annotations: { 'meta.helm.sh/release-name': 'kubedb' } },
      spec: {
        replicas: 1,
        ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name: container, image: `ghcr.io/kubedb/${component}` }],
            volumes: [{ name: 'license', secret: { secretName: 'kubedb-license', optional: true } }],
          },
        },
      },
    };
  };
  await hub.apply(workload('StatefulSet', 'kubedb-kubedb-provisioner', 'kubedb-provisioner', 'operator'));
  await hub.apply(workload('Deployment', 'kubedb-kubedb-webhook-server', 'kubedb-webhook-server', 'server'));
  await hub.apply(workload('Deployment', 'kubedb-petset', 'petset', 'petset'));
  const image = (name: string) => ({ image: `ghcr.io/kubedb/${name}` });
  await hub.apply({
    apiVersion: 'catalog.kubedb.com/v1alpha1',
    kind: 'PostgresVersion',
    metadata: { name: '17.2' },
    spec: {
      version: '17.2',
      distribution: 'Official',
      db: image('postgres:17.2-alpine'),
      coordinator: image('pg-coordinator'),
      initContainer: image('postgres-init'),
      exporter: image('exporter'),
      podSecurityPolicies: { databasePolicyName: 'postgres-db' },
    },
  });
};
