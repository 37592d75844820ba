import { byTyping, type Problem } from '../../domain/problem.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { type Deployment, deploymentsIn, rolloutText } from '../kube/deployments.ts';
import { DNS_NAMESPACE } from './dns-service.ts';

/** That the cluster's CoreDNS is known and none of its pods is there; undefined where nothing tells of a CoreDNS. */
export const withoutPods = async (cluster: ClusterReader): Promise<Problem | undefined> => {
  const deployment = (await deploymentsIn(cluster, DNS_NAMESPACE)).find(isCoreDns);
  if (deployment === undefined) return undefined;
  const { name } = deployment.metadata;
  return {
    code: 'PGD-052',
    what: told`CoreDNS of ${cluster.name} has no pods: no name resolves there`,
    evidence: [`Deployment ${DNS_NAMESPACE}/${name} of ${cluster.name}: ${rolloutText(deployment)}`],
    ...(deployment.spec.replicas === 0
      ? byTyping(
          told`Find out who scaled it, then scale it up on ${cluster.name}:`,
          kubectlIn(cluster.name, DNS_NAMESPACE, `scale deployment ${name} --replicas=2`),
        )
      : byTyping(
          told`Look at the events of Deployment ${DNS_NAMESPACE}/${name} on ${cluster.name}, since nothing makes its pods:`,
          kubectlIn(cluster.name, DNS_NAMESPACE, `describe deployment ${name}`),
        )),
  };
};

const isCoreDns = ({ metadata, spec }: Deployment): boolean =>
  spec.selector.matchLabels['k8s-app'] === 'kube-dns' || /(?:^|-)coredns(?:-|$)/.test(metadata.name);
