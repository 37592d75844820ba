import { freePort } from './control/free-port.ts';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { assembleChart } from './charts/assemble.ts';
import { startSimulatedFleet, type SimulatedFleet, type SimulatedFleetOptions } from './fleet.ts';
import { makeLicence } from './operators/kubedb/licence.ts';
import { operatorClient } from './control/kit.ts';
import { patientClock } from './control/patient-clock.ts';
import { faultWorld } from './fault-world.ts';
import { BOT, channelsFor, PEOPLE, TEAM, USERGROUPS } from './people.ts';
import type { Playground } from './playground.ts';
import { followPresent } from './present.ts';
import { pgdistProcess } from './processes.ts';
import type { SwitchPanel } from './slack/contract.ts';
import { startSlack } from './slack/index.ts';
import { panelOf, turn } from './switches.ts';
import { toolPaths } from './tools.ts';
import { workerKubeconfig } from './worker-access.ts';

/** What a playground is made of. Exported for tests. */
export interface PlaygroundOptions {
  /** A pgdist.yaml; its charts and licence are made beside a copy of it. */
  readonly configFile: string;
  readonly redisUrl: string;
  readonly speed: number;
  readonly delivery: 'socket-mode' | 'http';
  /** Port of the page; absent: any free one. */
  readonly port?: number;
  /** Where kubeconfig, logs and databases are; absent: a folder of its own. Removed in the end. */
  readonly folder?: string;
  /** What the button of the page that starts all over does; absent: there is none. */
  readonly startOver?: (() => void) | undefined;
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

/**
 * Starts the page, the other stand-ins, then bot and worker as they are, as child processes. What was started is closed again when not all of it can be.
 * Throws an Error with a sentence for the person when another program has the port.
 */
export const startPlayground = async (options: PlaygroundOptions): Promise<Playground> => {
  await using started = new AsyncDisposableStack();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'pgdist-')));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  // PostgreSQL refuses to run as root: its servers, of another user then, pass through here to their own folder.
  await chmod(folder, 0o711);
  const { hub, clusters, kubedb, databases } = shape.parse(parse(await readFile(options.configFile, 'utf8')));
  const config = join(folder, 'pgdist.yaml');
  await copyFile(options.configFile, config);
  const port = options.delivery === 'http' ? await freePort() : undefined;
  const events = port === undefined ? undefined : `http://127.0.0.1:${port}/slack/events`;
  let playground: Playground | undefined;
  // First of all: who opens the page meanwhile sees what it waits for, and a port that is taken is told before anything else is made.
  const slack = await startSlack({
    team: TEAM,
    clock: patientClock(),
    users: PEOPLE,
    channels: channelsFor(databases[0]?.name),
    usergroups: USERGROUPS,
    app: {
      ...BOT,
      events: ['app_mention', 'app_home_opened'],
      homeTab: true,
      ...(events === undefined ? {} : { eventsUrl: events }),
    },
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
    switches: async () => (playground === undefined ? STARTING : panelOf(playground)),
    onSwitch: async (id, value) => {
      if (playground !== undefined) await turn(playground, id, value !== 'off');
    },
  }).catch((error: unknown) => {
    throw (error as { code?: string }).code === 'EADDRINUSE' ? new Error(taken(options.port)) : error;
  });
  started.defer(() => slack.close());
  const [{ helm, kubectl }, fleet] = await Promise.all([
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
  started.defer(() => fleet.close());
  await writeFile(join(folder, kubedb.licenceFile), await makeLicence({ clusterUid: await uidOf(fleet, hub.cluster), ...options.licence }), {
    mode: 0o600,
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
  const kubeconfig = options.startFleet === undefined ? await workerKubeconfig(fleet, config, folder) : fleet.kubeconfig;
  const environment = { ...shared, KUBECONFIG: kubeconfig };
  const { environmentOf = (_, given) => given } = options;
  const bot = pgdistProcess('bot', 'bot.ts', environmentOf('bot', { ...shared, ...delivery }), join(folder, 'bot.log'));
  const worker = pgdistProcess('worker', 'worker.ts', environmentOf('worker', environment), join(folder, 'worker.log'));
  const world =
    options.startFleet === undefined
      ? worldOf(fleet, {
          hub: hub.cluster,
          database: databases[0],
          licenceFile: join(folder, kubedb.licenceFile),
          workers: (on) => (on ? worker.start() : worker.kill()),
        })
      : undefined;
  started.defer(async () => world?.close());
  const pods = databases.flatMap(({ name, namespace, placement }) =>
    Object.entries(placement).flatMap(([cluster, indices]) => indices.map((index) => ({ cluster, namespace, pod: `${name}-${index}` }))),
  );
  const present = followPresent(fleet, pods, slack.refreshSwitches);
  started.defer(() => present.close());
  started.defer(async () => void (await Promise.all([bot.stop(), worker.stop()])));
  await Promise.all([bot.start(), worker.start()]);
  const kept = started.move();
  playground = {
    slack,
    fleet,
    bot,
    worker,
    environment,
    folder,
    tools: { helm, kubectl },
    pods,
    present,
    stopped: new Set(),
    cutTunnels: new Set(),
    world,
    planted: new Map(),
    startOver: options.startOver,
    close: () => kept.disposeAsync(),
  };
  slack.refreshSwitches();
  return playground;
};

const STARTING: SwitchPanel = {
  title: 'The fleet',
  groups: [{ title: 'Starting', note: 'Clusters, bot and worker start: some seconds.', switches: [] }],
};

const taken = (port: number | undefined): string =>
  `Port ${port} of 127.0.0.1 is taken by another program: choose another with --port, or leave it out for any that is free.`;

/** Faults are about the first database; none for a fleet of one cluster, in which nothing crosses a tunnel. */
const worldOf = (
  fleet: SimulatedFleet,
  given: { hub: string; database: ShapeDatabase | undefined; licenceFile: string; workers: (on: boolean) => Promise<void> },
) => {
  const { hub, database, licenceFile, workers } = given;
  const placed = Object.entries(database?.placement ?? {});
  const spoke = placed.find(([name]) => name !== hub)?.[0];
  const podOn = (cluster: string): string => `${database?.name}-${database?.placement[cluster]?.[0]}`;
  if (database === undefined || spoke === undefined) return undefined;
  const { namespace, name } = database;
  return faultWorld({ fleet, hub, spoke, licenceFile, workers, database: { namespace, name, primary: podOn(hub), remote: podOn(spoke) } });
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
