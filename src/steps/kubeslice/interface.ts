import { createHash } from 'node:crypto';
import { AUTO, type Cluster, type Fleet } from '../../domain/fleet.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { ApplyContext } from '../context.ts';
import { runProbePod, type ProbePod } from '../probe-pod.ts';
import { chooseGateway } from './gateway-node.ts';
import type { KubesliceCluster } from './objects.ts';

/** What KubeSlice v2026.1.15 uses whatever the Cluster says; only traffic shaping on the node depends on it. */
export const FALLBACK_INTERFACE = 'eth0';
const PROBE_MS = 60_000;

/** The interface that is decided without looking at the node: configured, or in the Cluster already. */
export const decidedInterface = ({ gateway }: Cluster, existing: KubesliceCluster | undefined): string | undefined =>
  gateway.interface === AUTO ? existing?.spec.networkInterface : gateway.interface;

export const interfaceProbe = (fleet: Fleet, { name }: Cluster, node: string): ProbePod => ({
  cluster: name,
  name: `pgdist-interface-${createHash('sha256').update(node).digest('hex').slice(0, 8)}`,
  image: fleet.probeImage,
  command: ['ip', '-o', 'route', 'get', '8.8.8.8'],
  hostNetworkOf: node,
  timeoutMs: PROBE_MS,
});

/** Asks the gateway node for the interface of its default route; undefined when it does not say. */
export const findInterface = async (context: ApplyContext, fleet: Fleet, cluster: Cluster): Promise<string | undefined> => {
  const choice = await chooseGateway(context.cluster(cluster.name), cluster);
  if ('code' in choice) throw new ProblemError(choice);
  context.progress(`asking node ${choice.node.metadata.name} of ${cluster.name} for its interface`);
  const { log } = await runProbePod(context, interfaceProbe(fleet, cluster, choice.node.metadata.name));
  return interfaceIn(log);
};

/** The word after `dev`; the fifth word, as the guide takes it, is another one where the route has no `via`. Exported for tests. */
export const interfaceIn = (route: string): string | undefined => /\bdev\s+([A-Za-z0-9_.@-]{1,15})(?:\s|$)/.exec(route)?.[1];
