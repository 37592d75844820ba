import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { assembleChart } from '../../playground/charts/assemble.ts';
import { faultWorld } from '../../playground/fault-world.ts';
import type { FaultWorld } from '../../playground/faults/fault.ts';
import { kubeconfigOf, startSimulatedFleet, type SimulatedFleet } from '../../playground/fleet.ts';
import { toolPaths } from '../../playground/tools.ts';
import { workerAccess } from '../../playground/worker-access.ts';
import { createClusteradm } from '../../src/adapters/cli/clusteradm.ts';
import { createHelm } from '../../src/adapters/cli/helm.ts';
import { openClusters } from '../../src/adapters/kubernetes/open-clusters.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { licenceFile } from '../../src/adapters/system/licence-file.ts';
import { loadWorkerConfig } from '../../src/config/index.ts';
import type { Database } from '../../src/domain/database.ts';
import { diagnose, type Diagnosis } from '../../src/domain/diagnosis.ts';
import { clusterNamed, type Fleet } from '../../src/domain/fleet.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import type { Answer } from '../../src/domain/run.ts';
import { plainText } from '../../src/domain/text.ts';
import type { BundleFile } from '../../src/execution/bundle/tar.ts';
import { exportFiles } from '../../src/execution/export/script.ts';
import { databaseHealthy, distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import type { Procedure } from '../../src/steps/context.ts';
import { applyWalk } from '../../src/walk/walk-apply.ts';
import { exportWalk } from '../../src/walk/walk-export.ts';
import { planWalk } from '../../src/walk/walk-plan.ts';
import { verifyWalk } from '../../src/walk/walk-verify.ts';
import { recordingWrites, type Write } from './recording-writes.ts';
import { scaledClock } from './scaled-clock.ts';
import { heldLease, testProgress } from './walk.ts';

/** What a status leaves for its look (execution/execute-verify.ts). */
const STATUS_MS = 2_700;

interface DeployedFleetOptions {
  /** A pgdist.yaml. */
  readonly config: string;
  /** How much faster than real the stand-ins are. */
  readonly speed: number;
  /** 'own' (default): time in which a busy machine gave this process no turn does not count for the walks. */
  readonly time?: 'own' | 'real';
  /** false: the clusters are left bare. */
  readonly deploys?: boolean;
  /** What a deploy walks in place of the procedure, of which the plans are. */
  readonly altered?: (procedure: Procedure) => Procedure;
}

/** A simulated fleet in this process, with pgdist's walks as a worker makes them: no bot, no Slack, no Redis. */
export interface DeployedFleet {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly simulated: SimulatedFleet;
  readonly world: FaultWorld;
  /** What apply and the installers were asked to write so far, oldest first. */
  readonly writes: readonly Write[];
  /** The script of what a deploy would do, and its files. */
  script(): Promise<readonly BundleFile[]>;
  /** What a deploy would do now. */
  plan(): Promise<PlannedStep[]>;
  /** Applies the procedure; throws with the problem at which it ended. */
  deploy(): Promise<void>;
  /** One whole look, as verify takes it. */
  answer(): Promise<Answer>;
  /** The look of a status: the database, and the chain beside it where something is in doubt. */
  status(): Promise<Answer>;
  look(): Promise<Diagnosis>;
  close(): Promise<void>;
}

/** Starts the clusters and deploys the database of the configuration. Close it. One at a time in a process: the tools are found on its PATH. */
export const deployedFleet = async ({ config: text, speed, time = 'own', deploys = true, altered }: DeployedFleetOptions): Promise<DeployedFleet> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  // PostgreSQL's servers run as another user where this one is root.
  await chmod(folder, 0o711);
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, text);
  const kubeconfig = join(folder, 'worker-kubeconfig');
  const [config] = loadWorkerConfig({
    PGDIST_CONFIG: configFile,
    KUBECONFIG: kubeconfig,
    REDIS_URL: 'redis://127.0.0.1:1',
    SLACK_BOT_TOKEN: 'xoxb-none',
  }).fleets;
  const { fleet } = config;
  const [database] = config.databases;
  if (database === undefined) throw new Error('the configuration has no database');
  const names = fleet.clusters.map(({ name }) => name);
  const [{ helm }, simulated] = await Promise.all([
    toolPaths(),
    startSimulatedFleet({ clusters: names, hub: fleet.hub, hubApiServer: fleet.hubApiServer, speed, folder }),
    assembleChart('kubeslice-controller', join(folder, 'charts')),
    assembleChart('kubedb', join(folder, 'charts')),
  ]);
  const path = process.env['PATH'];
  process.env['PATH'] = [simulated.bin, dirname(helm), path].join(delimiter);
  const podOn = (cluster: string): string => `${database.name}-${database.placement[cluster]?.[0]}`;
  const spoke = names.find((name) => name !== fleet.hub && database.placement[name] !== undefined) ?? fleet.hub;
  const world = faultWorld({
    fleet: simulated,
    hub: fleet.hub,
    spoke,
    database: { namespace: database.namespace, name: database.name, primary: podOn(fleet.hub), remote: podOn(spoke) },
    licenceFile: config.licenceFile,
  });
  await writeFile(config.licenceFile, await world.issue({}), { mode: 0o600 });
  await writeFile(kubeconfig, kubeconfigOf(await Promise.all(simulated.connections.map((connection) => workerAccess(connection, configFile)))), {
    mode: 0o600,
  });
  const clusters = openClusters({
    kubeconfig,
    fleet,
    random: systemRandom.number,
    clock: systemClock,
    learn: () => undefined,
    plugins: [],
  });
  const ending = new AbortController();
  const [clock, slack] = time === 'real' ? [systemClock, 1] : [scaledClock(1), 100];
  const clis = { kubeconfigOf: clusters.kubeconfigOf };
  const { writes, tools } = recordingWrites({
    runId: 'r1',
    lease: heldLease,
    fleet,
    installation: 'pgdist-test',
    clock,
    random: systemRandom,
    signal: ending.signal,
    // Within the walk's own limits, which are of its clock.
    cluster: (name, limits) => clusters.client(clusterNamed(fleet, name), { ...limits, timeoutMs: limits.timeoutMs * slack }),
    licence: licenceFile(config.licenceFile, () => undefined),
    // A busy machine may take longer to start a program than a walk waits for its version.
    toolVersion: async (tool) => (tool === 'helm' ? 'v4.1.4' : 'v1.3.1'),
    helm: createHelm(clis),
    clusteradm: createClusteradm(clis),
  });
  const procedure = distributedPostgres(fleet, database);
  const answer = (): Promise<Answer> => verifyWalk(procedure, tools, testProgress());
  const deployed: DeployedFleet = {
    fleet,
    database,
    simulated,
    world,
    writes,
    async script() {
      const rounds = await exportWalk(procedure, tools);
      if (!('length' in rounds)) throw new Error(rounds.problems.map(({ what }) => plainText(what)).join('; '));
      return exportFiles({ run: 'r1', fleet, database, rounds, at: clock.now() });
    },
    plan: () => planWalk(procedure, tools),
    async deploy() {
      const end = await applyWalk(altered?.(procedure) ?? procedure, tools, testProgress());
      if (end.healthy) return;
      const [problem] = end.failure.problems;
      throw new Error(`${end.failure.stepTitle}: ${problem === undefined ? '' : [plainText(problem.what), ...problem.evidence].join('; ')}`);
    },
    answer,
    status: () => verifyWalk(databaseHealthy(fleet, database), tools, testProgress(), { procedure, withinMs: STATUS_MS }),
    look: async () => diagnose(await answer()),
    async close() {
      ending.abort(new Error('closed'));
      process.env['PATH'] = path;
      await Promise.allSettled([clusters.close(), world.close()]);
      await simulated.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    if (deploys) await deployed.deploy();
    return deployed;
  } catch (error) {
    await deployed.close();
    throw error;
  }
};
