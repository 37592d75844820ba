import { operatorClient, type OperatorClient } from '../../playground/control/kit.ts';
import type { FaultWorld } from '../../playground/faults/fault.ts';
import { connectCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { openClusters } from '../../src/adapters/kubernetes/open-clusters.ts';
import { licenceFile } from '../../src/adapters/system/licence-file.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { loadWorkerConfig } from '../../src/config/index.ts';
import type { Database } from '../../src/domain/database.ts';
import { diagnose, type Diagnosis } from '../../src/domain/diagnosis.ts';
import { clusterNamed } from '../../src/domain/fleet.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { verifyWalk } from '../../src/walk/walk-verify.ts';
import type { TestPlayground } from './playground.ts';
import { recordOf } from './playground.ts';
import { testProgress } from './walk.ts';

/** A deployed fleet that can be broken, and looked at as a worker looks. */
export interface DiagnosedFleet {
  readonly world: FaultWorld;
  readonly database: Database;
  /** One whole look, as verify takes it. */
  look(): Promise<Diagnosis>;
  close(): Promise<void>;
}

/** Wraps a playground in which a database was deployed. */
export const diagnosedFleet = async (playground: TestPlayground): Promise<DiagnosedFleet> => {
  const { environment, fleet: simulated } = playground;
  const config = loadWorkerConfig({ ...environment });
  const { fleet } = config;
  const [database] = config.databases;
  if (database === undefined) throw new Error('the configuration has no database');
  const record = recordOf(playground);
  const { id: installation } = await record.installation();
  const clusters = openClusters({
    kubeconfig: config.kubeconfig,
    fleet,
    random: systemRandom.number,
    clock: systemClock,
    learn: () => undefined,
    plugins: [],
  });
  const administrators = new Map<string, OperatorClient>();
  const client = (name: string): OperatorClient => {
    const known =
      administrators.get(name) ??
      operatorClient(
        simulated.connections.find((connection) => connection.name === name)!,
        'somebody',
      );
    administrators.set(name, known);
    return known;
  };
  const entering = new Map(
    fleet.clusters.map(({ name }) => [
      name,
      connectCluster({ name, kubeConfig: loadKubeConfig({ paths: simulated.kubeconfig }, name), learn: () => undefined, plugins: [] }),
    ]),
  );
  const spoke = fleet.clusters.find(({ name }) => name !== fleet.hub)!.name;
  const podOn = (cluster: string): string => playground.pods.find((pod) => pod.cluster === cluster)!.pod;
  return {
    database,
    world: {
      answers(cluster, how) {
        const { faults } = simulated.apis.get(cluster)!;
        faults.down = how === 'refuses';
        faults.hanging = how === 'hangs';
      },
      runs(cluster, pod, on) {
        const { faults } = simulated.basics.get(cluster)!;
        if (on) faults.startContainer(database.namespace, pod);
        else faults.stopContainer(database.namespace, pod);
      },
      passes: (a, b, on) => (on ? simulated.kubeslice.mendTunnel(a, b) : simulated.kubeslice.cutTunnel(a, b)),
      hub: fleet.hub,
      spoke,
      database: { namespace: database.namespace, name: database.name, primary: podOn(fleet.hub), remote: podOn(spoke) },
      client,
      async sql(cluster, pod, statement) {
        const { exitCode, stdout, stderr } = await entering
          .get(cluster)!
          .exec({ namespace: database.namespace, pod, container: 'postgres' }, ['psql', '-XAtq', '-U', 'postgres', '-c', statement]);
        if (exitCode !== 0) throw new Error(`${statement}: ${stderr}`);
        return stdout.trim();
      },
    },
    async look() {
      const answer = await verifyWalk(
        distributedPostgres(fleet, database),
        {
          fleet,
          installation,
          clock: systemClock,
          random: systemRandom,
          signal: new AbortController().signal,
          cluster: (name, limits) => clusters.client(clusterNamed(fleet, name), limits),
          licence: licenceFile(config.licenceFile, () => undefined),
          toolVersion: (tool) => Promise.resolve(tool === 'helm' ? 'v4.1.4' : 'v1.3.1'),
        },
        testProgress(),
      );
      return diagnose(answer);
    },
    async close() {
      await Promise.allSettled([clusters.close(), record.close(), ...[...administrators.values(), ...entering.values()].map((one) => one.close())]);
    },
  };
};
