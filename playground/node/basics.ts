import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FleetNetwork } from '../control/network.ts';
import type { KubernetesApi } from '../kubernetes-api/contract.ts';
import { operatorClient, type Connection } from '../control/kit.ts';
import { type SimulatedTime } from '../control/simulated-time.ts';
import { startClaims } from './controllers/claims.ts';
import { startCsrSigner } from './controllers/csr-signer.ts';
import { startDaemonSets } from './controllers/daemon-sets.ts';
import { startDeployments } from './controllers/deployments.ts';
import { startEndpointSlices } from './controllers/endpoint-slices.ts';
import { startJobs } from './controllers/jobs.ts';
import { startReplicaSets } from './controllers/replica-sets.ts';
import { startScheduler } from './controllers/scheduler.ts';
import { startServiceAccounts } from './controllers/service-accounts.ts';
import { startStatefulSets } from './controllers/stateful-sets.ts';
import { coreDns } from './dns/coredns.ts';
import { nodeCache } from './dns/node-cache.ts';
import { podResolver } from './dns/pod-resolver.ts';
import type { DnsContext } from './dns/server.ts';
import { startKubelet, type Kubelet } from './kubelet/kubelet.ts';
import { nodeBackend } from './kubelet/node-backend.ts';
import { observer } from '../control/observed.ts';
import type { ControllerContext } from '../control/objects.ts';
import type { Program } from '../control/program.ts';
import { seedCluster, type NodeSeed } from './seed.ts';
import { networkTools } from './tools/network-tools.ts';
import { shell } from './tools/shell.ts';

/** What a cluster of the playground has. Exported for tests. */
export interface ClusterBasicsOptions {
  readonly connection: Connection;
  readonly time: SimulatedTime;
  readonly nodes: readonly NodeSeed[];
  /** Asked in this order, before CoreDNS and the network tools. */
  readonly programs?: readonly Program[];
  readonly signal: AbortSignal;
  /** Given for the API double: its exec, logs and port-forward are answered by these nodes. */
  readonly api?: Pick<KubernetesApi, 'setNodeBackend'>;
  readonly network?: FleetNetwork;
  /** Interface of the nodes' default route; default eth0. */
  readonly interfaceName?: string;
  /** First two octets of pod addresses; default 10.244. */
  readonly podNetwork?: string;
  /** Address in kube-public/cluster-info; default the connection's. */
  readonly advertisedServer?: string;
  readonly kubeletVersion?: string;
  /** ClusterIP of kube-dns, in the API server's service range. */
  readonly dnsAddress?: string;
  /** DNS servers behind ClusterIPs, for CoreDNS's `forward`. */
  readonly forwardTargets?: DnsContext['forwardTargets'];
  /** Whether nodes can pull the image, asked at each attempt; default: every image. */
  readonly imageIsThere?: (image: string) => boolean;
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly onError?: (error: unknown) => void;
}

interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ClusterBasics {
  readonly faults: Pick<Kubelet, 'stopContainer' | 'startContainer'>;
  /** Runs a command in a container that runs; its exit code and what it printed. */
  exec(at: { readonly namespace: string; readonly pod: string; readonly container: string }, command: readonly string[]): Promise<Printed>;
  close(): Promise<void>;
}

/** Seeds a cluster and runs what every cluster has: the controllers of kube-controller-manager, the scheduler, and the nodes with their programs. */
export const startClusterBasics = async (options: ClusterBasicsOptions): Promise<ClusterBasics> => {
  const { connection, time, nodes, network, interfaceName = 'eth0', podNetwork = '10.244', now = () => new Date(), random = Math.random } = options;
  const client = operatorClient(connection, 'cluster-basics');
  const own = new AbortController();
  const signal = AbortSignal.any([own.signal, options.signal]);
  const onError = (error: unknown): void => {
    if (!signal.aborted) options.onError?.(error);
  };
  const { advertisedServer, kubeletVersion, dnsAddress } = options;
  await seedCluster(client, {
    nodes,
    podNetwork,
    now,
    server: advertisedServer ?? connection.server,
    ca: connection.ca,
    ...(kubeletVersion === undefined ? {} : { kubeletVersion }),
    ...(dnsAddress === undefined ? {} : { dnsAddress }),
  });

  const context: ControllerContext = { client, observe: observer(client, signal), time, signal, now, random, onError };
  startServiceAccounts(context, connection.ca);
  startDeployments(context);
  startReplicaSets(context);
  startStatefulSets(context);
  startDaemonSets(context);
  startJobs(context);
  startClaims(context);
  startScheduler(context);
  startEndpointSlices(context);
  startCsrSigner(context);

  const tools = shell({ cluster: connection.name, network, time, interfaceName });
  let kubelet: Kubelet | undefined;
  const resolver = podResolver({
    client,
    runningOf: (namespace, pod) => [...(kubelet?.sandbox(namespace, pod)?.containers.values() ?? [])].flatMap(({ running }) => running ?? []),
  });
  const forwardTargets = options.forwardTargets ?? (async () => undefined);
  const dns = coreDns({ client, time, random, forwardTargets });
  const cache = nodeCache({ client, time, random, forwardTargets, resolver });
  kubelet = startKubelet(context, {
    programs: [...(options.programs ?? []), dns, cache, networkTools(tools, resolver)],
    podNetwork,
    imageIsThere: options.imageIsThere ?? (() => true),
  });
  const backend = nodeBackend(kubelet, tools, resolver);
  options.api?.setNodeBackend(backend);
  return {
    faults: kubelet,
    async exec(at, command) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const printed = Promise.all([text(stdout), text(stderr)]);
      const exitCode = await backend.exec({ ...at, command, stdin: undefined, stdout, stderr, signal }).finally(() => {
        stdout.end();
        stderr.end();
      });
      const [out, err] = await printed;
      return { exitCode, stdout: out, stderr: err };
    },
    async close() {
      own.abort();
      await client.close();
    },
  };
};
