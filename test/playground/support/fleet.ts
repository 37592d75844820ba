import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { writeClusteradm } from '../../../playground/clusteradm/install.ts';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import type { KubernetesApi } from '../../../playground/kubernetes-api/contract.ts';
import { fleetNetwork, type FleetNetwork } from '../../../playground/control/network.ts';
import { startClusterBasics, type ClusterBasics, type ClusterBasicsOptions } from '../../../playground/node/basics.ts';
import { observer, untilObserved, type Observe } from '../../../playground/control/observed.ts';
import { operatorClient, type Connection, type Mutable, type OperatorClient } from '../../../playground/control/kit.ts';
import { simulatedTime } from '../../../playground/control/simulated-time.ts';
import { startOcmHub, startOcmSpoke, type Running } from '../../../playground/operators/ocm/index.ts';
import type { Kind } from '../../../src/kube-api/objects.ts';
import { patienceMs } from '../../support/eventually.ts';

export interface TestCluster {
  readonly name: string;
  readonly api: KubernetesApi;
  readonly connection: Connection;
  readonly basics: ClusterBasics;
  readonly client: OperatorClient;
  readonly kubeconfigFile: string;
  /** Advertised address. */
  readonly address: string;
  /** Waits until one of the objects satisfies the condition. */
  any(kind: Kind & { readonly namespace?: string }, holds: (object: Mutable) => boolean): Promise<Mutable>;
  /** Waits until the object satisfies the condition, and returns it; undefined is one that does not exist. */
  until(
    ref: Kind & { readonly namespace?: string; readonly name: string },
    holds: (object: Mutable | undefined) => boolean,
  ): Promise<Mutable | undefined>;
}

export interface TestFleet {
  readonly network: FleetNetwork;
  readonly clusters: readonly TestCluster[];
  cluster(name: string): TestCluster;
  clusteradm(...args: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string }>;
  close(): Promise<void>;
}

/** Clusters with what every cluster has, OCM's operators and clusteradm; the first is the hub. Errors of operators are kept for the failure message. */
export const startFleet = async (
  names: readonly string[],
  { speed = 50, ocm = true, basics = {} }: { speed?: number; ocm?: boolean; basics?: Partial<ClusterBasicsOptions> } = {},
): Promise<TestFleet> => {
  const directory = await mkdtemp(join(tmpdir(), 'pgdist-fleet-'));
  const time = simulatedTime(speed);
  const network = fleetNetwork();
  const end = new AbortController();
  const { signal } = end;
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const clusters: TestCluster[] = [];
  const ocmParts: Running[] = [];
  for (const [index, name] of names.entries()) {
    const api = await startKubernetesApi({ name });
    const connection: Connection = { name, server: api.url, ca: api.caPem, token: api.adminToken };
    const address = `https://10.250.0.${10 + index}:6443`;
    network.advertise(address, connection);
    const nodes = [{ name: `${name}-node`, address: `10.250.0.${10 + index}` }];
    const running = await startClusterBasics({ connection, time, nodes, signal, api, network, advertisedServer: address, onError, ...basics });
    const kubeconfigFile = join(directory, `${name}.kubeconfig`);
    await writeFile(kubeconfigFile, api.kubeconfig, { mode: 0o600 });
    const client = operatorClient(connection, 'test');
    const observe = observer(client, signal);
    clusters.push({ name, api, connection, basics: running, client, kubeconfigFile, address, ...waiters(name, observe, signal, errors) });
    if (!ocm) continue;
    if (index === 0) ocmParts.push(startOcmHub({ connection, time, signal, onError }));
    ocmParts.push(startOcmSpoke({ connection, time, signal, network, onError }));
  }
  const path = await writeClusteradm({ folder: join(directory, 'bin'), network });
  return {
    network,
    clusters,
    cluster: (name) => clusters.find((one) => one.name === name) as TestCluster,
    async clusteradm(...args) {
      const result = await execa(path, args, {
        reject: false,
        extendEnv: false,
        env: { HOME: directory, PATH: '/usr/bin:/bin' },
        timeout: patienceMs(),
      });
      return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
    },
    async close() {
      end.abort();
      for (const part of ocmParts) await part.close();
      for (const { client, basics: running, api } of clusters) {
        await client.close();
        await running.close();
        await api.close();
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const waiters = (cluster: string, observe: Observe, signal: AbortSignal, errors: readonly unknown[]): Pick<TestCluster, 'until' | 'any'> => {
  const wait = async (kind: Kind, holds: () => boolean, what: () => string): Promise<void> => {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(patienceMs())]);
    if (await untilObserved(observe({ apiVersion: kind.apiVersion, kind: kind.kind }), holds, ends)) return;
    throw new Error(`${cluster}: ${what()} did not get there; errors of the operators: ${errors.slice(-3).map(String).join('; ')}`);
  };
  return {
    async until({ namespace, name, apiVersion, kind }, holds) {
      const found = (): Mutable | undefined => observe({ apiVersion, kind }).get(namespace, name);
      await wait(
        { apiVersion, kind },
        () => holds(found()),
        () => `${kind} ${namespace ?? ''}/${name} with status ${JSON.stringify(found()?.status)}`,
      );
      return found();
    },
    async any({ namespace, apiVersion, kind }, holds) {
      const found = (): Mutable | undefined =>
        observe({ apiVersion, kind })
          .all()
          .find((object) => object.metadata.namespace === namespace && holds(object));
      await wait(
        { apiVersion, kind },
        () => found() !== undefined,
        () => `a ${kind} in ${namespace ?? 'no namespace'}`,
      );
      return found() as Mutable;
    },
  };
};
