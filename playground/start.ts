import { freePort } from './control/free-port.ts';
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { assembleChart } from './charts/assemble.ts';
import { kubeconfigOf, startSimulatedFleet, type SimulatedFleet, type SimulatedFleetOptions } from './fleet.ts';
import { makeLicence } from './operators/kubedb/licence.ts';
import { operatorClient, type Connection } from './control/kit.ts';
import { patientClock } from './control/patient-clock.ts';
import { faultWorld } from './fault-world.ts';
import { BOT, CHANNELS, PEOPLE, USERGROUPS, TEAM } from './people.ts';
import type { Playground } from './playground.ts';
import { pgdistProcess } from './processes.ts';
import { startSlack } from './slack/index.ts';
import { panelOf, turn } from './switches.ts';
import { toolPaths } from './tools.ts';
import { workerAccess } from './worker-access.ts';

/** What a playground is made of. Exported for tests. */
export interface PlaygroundOptions {
  /** A pgdist.yaml; its charts and licence are made beside a copy of it. */
  readonly configFile: string;
  readonly redisUrl: string;
  readonly speed: number;
  readonly delivery: 'socket-mode' | 'http';
  /** Port of the page; absent: any free one. */
  readonly port?: number;
  /** Changes to what the licence says, for trying a bad one. */
  readonly licence?: Partial<Parameters<typeof makeLicence>[0]>;
  readonly logLevel?: string;
  /** Default: simulated clusters. */
  readonly startFleet?: (options: SimulatedFleetOptions) => Promise<SimulatedFleet>;
  /** Environment of pgdist's processes as it is changed before they start, so that something can stand in between. */
  readonly environmentOf?: (process: 'bot' | 'worker', environment: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Told of errors of the stand-ins, which try again by themselves. */
  readonly onError?: (error: unknown) => void;
}

/** What the fleet's shape is read from; the rest of the file is pgdist's business. */
const shape = z.object({
  hub: z.object({ cluster: z.string(), apiServer: z.string() }),
  clusters: z.array(z.object({ name: z.string() })),
  kubedb: z.object({ licenceFile: z.string() }),
  databases: z.array(z.object({ name: z.string(), namespace: z.string().default('demo'), placement: z.record(z.string(), z.array(z.number())) })),
});

type ShapeDatabase = z.infer<typeof shape>['databases'][number];

/** Starts the stand-ins, then bot and worker as they are, as child processes. */
export const startPlayground = async (options: PlaygroundOptions): Promise<Playground> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-'));
  // PostgreSQL refuses to run as root: its servers, of another user then, pass through here to their own folder.
  await chmod(folder, 0o711);
  const { hub, clusters, kubedb, databases } = shape.parse(parse(await readFile(options.configFile, 'utf8')));
  const config = join(folder, 'pgdist.yaml');
  await copyFile(options.configFile, config);
  const [{ helm }, fleet] = await Promise.all([
    toolPaths(),
    (options.startFleet ?? startSimulatedFleet)({
      clusters: clusters.map(({ name }) => name),
      hub: hub.cluster,
      hubApiServer: hub.apiServer,
      speed: options.speed,
      folder,
      ...(options.onError === undefined ? {} : { onError: options.onError }),
    }),
    assembleChart('kubeslice-controller', join(folder, 'charts')),
    assembleChart('kubedb', join(folder, 'charts')),
  ]);
  await writeFile(join(folder, kubedb.licenceFile), await makeLicence({ clusterUid: await uidOf(fleet, hub.cluster), ...options.licence }), {
    mode: 0o600,
  });

  const port = options.delivery === 'http' ? await freePort() : undefined;
  const events = port === undefined ? undefined : `http://127.0.0.1:${port}/slack/events`;
  let playground: Playground | undefined;
  const slack = await startSlack({
    team: TEAM,
    clock: patientClock(),
    users: PEOPLE,
    channels: CHANNELS,
    usergroups: USERGROUPS,
    app: { ...BOT, ...(events === undefined ? {} : { eventsUrl: events }) },
    commands: [
      {
        command: '/pgdist',
        description: 'Deploy and inspect PostgreSQL over several clusters',
        usageHint: 'deploy | status | verify | cancel | runs | help',
        ...(events === undefined ? {} : { requestUrl: events }),
      },
    ],
    ...(events === undefined ? {} : { interactivityUrl: events }),
    ...(options.port === undefined ? {} : { port: options.port }),
    switches: async () => (playground === undefined ? { title: 'The fleet', groups: [] } : panelOf(playground)),
    onSwitch: async (id, value) => {
      if (playground !== undefined) await turn(playground, id, value === 'on');
    },
  });

  const shared = {
    PATH: [fleet.bin, dirname(helm), process.env['PATH']].join(delimiter),
    HOME: folder,
    PGDIST_CONFIG: config,
    PGDIST_PREFIX: `pgdist-${randomBytes(4).toString('hex')}`,
    REDIS_URL: options.redisUrl,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    LOG_LEVEL: options.logLevel ?? 'info',
  };
  const delivery = port === undefined ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(port) };
  const kubeconfig = await workerKubeconfig(fleet, options, config, folder).catch(async (error: unknown) => {
    // Whoever started it has nothing to close.
    await Promise.all([slack.close(), fleet.close()]);
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const environment = { ...shared, KUBECONFIG: kubeconfig };
  const { environmentOf = (_, given) => given } = options;
  const bot = pgdistProcess('bot', 'bot.ts', environmentOf('bot', { ...shared, ...delivery }), join(folder, 'bot.log'));
  const worker = pgdistProcess('worker', 'worker.ts', environmentOf('worker', environment), join(folder, 'worker.log'));
  const world =
    options.startFleet === undefined
      ? worldOf(fleet, { hub: hub.cluster, database: databases[0], licenceFile: join(folder, kubedb.licenceFile) })
      : undefined;
  playground = {
    slack,
    fleet,
    bot,
    worker,
    environment,
    folder,
    pods: databases.flatMap(({ name, namespace, placement }) =>
      Object.entries(placement).flatMap(([cluster, indices]) => indices.map((index) => ({ cluster, namespace, pod: `${name}-${index}` }))),
    ),
    stopped: new Set(),
    cutTunnels: new Set(),
    world,
    planted: new Map(),
    async close() {
      await Promise.all([bot.stop(), worker.stop()]);
      await world?.close();
      await Promise.all([slack.close(), fleet.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all([bot.start(), worker.start()]);
  } catch (error) {
    await playground.close();
    throw error;
  }
  return playground;
};

/** Faults are about the first database; none for a fleet of one cluster, in which nothing crosses a tunnel. */
const worldOf = (
  fleet: SimulatedFleet,
  { hub, database, licenceFile }: { hub: string; database: ShapeDatabase | undefined; licenceFile: string },
) => {
  const placed = Object.entries(database?.placement ?? {});
  const spoke = placed.find(([name]) => name !== hub)?.[0];
  const podOn = (cluster: string): string => `${database?.name}-${database?.placement[cluster]?.[0]}`;
  if (database === undefined || spoke === undefined) return undefined;
  const { namespace, name } = database;
  return faultWorld({ fleet, hub, spoke, licenceFile, database: { namespace, name, primary: podOn(hub), remote: podOn(spoke) } });
};

const ACCESS_AT_ONCE = 2;

/** On simulated clusters the worker has the rights that pgdist asks for and no other; the administrator's kubeconfig stays for people. */
const workerKubeconfig = async (fleet: SimulatedFleet, { startFleet }: PlaygroundOptions, config: string, folder: string): Promise<string> => {
  if (startFleet !== undefined) return fleet.kubeconfig;
  const path = join(folder, 'worker-kubeconfig');
  const connections: Connection[] = [];
  // A process for each: all at once would starve one another on a large fleet.
  for (let first = 0; first < fleet.connections.length; first += ACCESS_AT_ONCE)
    connections.push(
      ...(await Promise.all(fleet.connections.slice(first, first + ACCESS_AT_ONCE).map((connection) => workerAccess(connection, config)))),
    );
  await writeFile(path, kubeconfigOf(connections), { mode: 0o600 });
  return path;
};

const uidOf = async (fleet: SimulatedFleet, hub: string): Promise<string> => {
  const client = operatorClient(
    fleet.connections.find(({ name }) => name === hub)!,
    'playground',
  );
  const namespace = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
  await client.close();
  return namespace?.metadata.uid ?? '';
};
