import { createHash } from 'node:crypto';
import { AUTO, type Cluster, type Fleet } from '../../domain/fleet.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { ApplyContext } from '../context.ts';
import { runProbePod, type ProbePod } from '../probe-pod.ts';
import { chooseGateway } from './gateway-node.ts';
import { isWorthLookingAgain } from './interface-unknown.ts';
import type { KubesliceCluster } from './objects.ts';

const PROBE_MS = 60_000;

/** The interface that is decided without looking at the node: configured, or in the Cluster already, unless another image may find what was not found. */
export const decidedInterface = ({ probeImage }: Fleet, { gateway }: Cluster, existing: KubesliceCluster | undefined): string | undefined => {
  if (gateway.interface !== AUTO) return gateway.interface;
  return isWorthLookingAgain(existing, probeImage) ? undefined : existing?.spec.networkInterface;
};

export const interfaceProbe = (fleet: Fleet, { name }: Cluster, node: string): ProbePod => ({
  cluster: name,
  name: `pgdist-interface-${createHash('sha256').update(node).digest('hex').slice(0, 8)}`,
  image: fleet.probeImage,
  command: ['ip', '-o', 'route', 'get', '8.8.8.8'],
  hostNetworkOf: node,
  timeoutMs: PROBE_MS,
});

/** What the gateway node says of its default route, or why it said nothing. */
type InterfaceFound = { readonly found: string } | { readonly because: string };

/** Asks the gateway node for the interface of its default route. */
export const findInterface = async (context: ApplyContext, fleet: Fleet, cluster: Cluster): Promise<InterfaceFound> => {
  const choice = await chooseGateway(context.cluster(cluster.name), cluster);
  if ('code' in choice) throw new ProblemError(choice);
  const node = choice.node.metadata.name;
  context.progress(`asking node ${node} of ${cluster.name} for its interface`);
  const { log, failure } = await runProbePod(context, interfaceProbe(fleet, cluster, node));
  const found = interfaceIn(log);
  if (found !== undefined) return { found };
  if (failure?.image === true) return { because: `node ${node} could not pull image ${fleet.probeImage} (${failure.told})` };
  return { because: failure?.told ?? `node ${node} has no route to 8.8.8.8` };
};

/** The word after `dev`; the fifth word, as the guide takes it, is another one where the route has no `via`. Exported for tests. */
export const interfaceIn = (route: string): string | undefined => /\bdev\s+([A-Za-z0-9_.@-]{1,15})(?:\s|$)/.exec(route)?.[1];
