import { AUTO, type Cluster } from '../../domain/fleet.ts';
import type { Problem } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { isControlPlane, type Node, nodesOf, whyUnusable } from '../kube/nodes.ts';
import { GATEWAY_LABEL } from './objects.ts';
import { byLetters } from '../../domain/words.ts';

interface GatewayChoice {
  readonly node: Node;
  readonly labelled: boolean;
  /** Other nodes that carry the label as well. */
  readonly others: readonly string[];
}

const isLabelled = ({ metadata }: Node): boolean => metadata.labels[GATEWAY_LABEL] === 'gateway';

/**
 * KubeSlice's operator and gateways tolerate no taint. The configured node; for `auto` one that is labelled already and can serve, else the first by name
 * that can, of the control plane only where no other one can.
 */
export const chooseGateway = async (reader: ClusterReader, { name: cluster, gateway }: Cluster): Promise<GatewayChoice | Problem> => {
  const nodes = (await nodesOf(reader)).toSorted((a, b) => byLetters(a.metadata.name, b.metadata.name));
  const candidates = gateway.node === AUTO ? nodes : nodes.filter(({ metadata }) => metadata.name === gateway.node);
  const usable = candidates.filter((node) => whyUnusable(node) === undefined);
  const node = usable.find(isLabelled) ?? usable.find((one) => !isControlPlane(one)) ?? usable[0];
  if (node === undefined)
    return {
      code: 'PGD-032',
      what:
        gateway.node === AUTO ? told`no node of ${cluster} can carry the gateway` : told`node ${gateway.node} of ${cluster} cannot carry the gateway`,
      evidence:
        candidates.length === 0
          ? [`${cluster} has nodes ${nodes.map(({ metadata }) => metadata.name).join(', ') || '(none)'}`]
          : candidates.map((one) => `${one.metadata.name} ${whyUnusable(one) ?? ''}`),
      remedy: told`Free a node of linux on amd64 or arm64 of its taint, uncordon it, or name another one in clusters[].gateway.node of pgdist.yaml: KubeSlice tolerates no taint.`,
    };
  const others = nodes.filter((other) => other !== node && isLabelled(other)).map(({ metadata }) => metadata.name);
  return { node, labelled: isLabelled(node), others };
};
