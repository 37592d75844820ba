import { healthy, type Verdict } from '../../domain/finding.ts';
import { byDeploy, byTyping, byWords, type Problem, type Remedy } from '../../domain/problem.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf, toldCondition } from '../kube/conditions.ts';
import { deploymentsIn, isRolledOut } from '../kube/deployments.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { type ClusterManager, HUB_NAMESPACE, OPERATOR_NAMESPACE } from './objects.ts';

/** ClusterManager has no Available condition, and none for its work and add-on parts: those are judged by their Deployments. */
const WANTED = [
  { type: 'Applied', status: 'True' },
  { type: 'Progressing', status: 'False' },
  { type: 'HubRegistrationDegraded', status: 'False' },
  { type: 'HubPlacementDegraded', status: 'False' },
] as const;
const KINDS = [
  { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' },
  { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' },
  { apiVersion: 'work.open-cluster-management.io/v1alpha1', kind: 'ManifestWorkReplicaSet' },
  { apiVersion: 'addon.open-cluster-management.io/v1alpha1', kind: 'ManagedClusterAddOn' },
] as const;

/** Is the hub whole: what its operator says, every Deployment of it, and the kinds that it serves. */
export const hubVerdict = async (hub: ClusterReader, manager: ClusterManager | undefined, gate: string): Promise<Verdict> => {
  const unhealthy = (waitingFor: string, evidence: readonly string[], remedy: Remedy = generalRemedy(hub.name), final = false): Verdict => ({
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-020',
      what: told`the OCM hub on ${hub.name} is not healthy`,
      evidence: evidence.length > 0 ? evidence : [waitingFor],
      ...remedy,
    } satisfies Problem,
    ...(final ? { final } : {}),
  });

  if (manager === undefined) return unhealthy('there is no ClusterManager', []);
  if (!manager.spec.workConfiguration.featureGates.some(({ feature, mode }) => feature === gate && mode === 'Enable'))
    return unhealthy(
      `gate ${gate} is not enabled in the ClusterManager`,
      [],
      byDeploy(told`Deploy: pgdist adds the gate and keeps the others.`),
      true,
    );
  const current = manager.status.observedGeneration >= manager.metadata.generation;
  if (!current) return unhealthy('the operator has not seen the newest ClusterManager yet', await podTroubles(hub, OPERATOR_NAMESPACE));
  const gates = conditionOf(manager, 'ValidFeatureGates');
  if (gates?.status === 'False')
    return unhealthy(
      toldCondition(gates),
      [toldCondition(gates)],
      byWords(
        told`Remove the gate that is named above from ClusterManager cluster-manager, or upgrade OCM on ${hub.name} to one that knows it. A gate that is not known is as if it were not there.`,
      ),
    );
  const off = WANTED.map((wanted) => ({ wanted, seen: conditionOf(manager, wanted.type) })).find(
    ({ wanted, seen }) => seen?.status !== wanted.status,
  );
  if (off !== undefined) {
    const seen = off.seen === undefined ? `${off.wanted.type} is not reported yet` : toldCondition(off.seen);
    return unhealthy(seen, [seen, ...(await podTroubles(hub, HUB_NAMESPACE))]);
  }
  const deployments = [
    ...(await deploymentsIn(hub, OPERATOR_NAMESPACE)).filter(({ metadata }) => metadata.name === 'cluster-manager'),
    ...(await deploymentsIn(hub, HUB_NAMESPACE)),
  ];
  const worker = 'cluster-manager-work-controller';
  if (!deployments.some(({ metadata }) => metadata.name === worker))
    return unhealthy(`Deployment ${worker} does not exist yet`, [`gate ${gate} brings it`]);
  const waiting = deployments.filter((deployment) => !isRolledOut(deployment)).map(({ metadata }) => metadata.name);
  if (waiting.length > 0) {
    return unhealthy(`${waiting.length} of ${deployments.length} Deployments are not available: ${waiting.join(', ')}`, [
      `not available: ${waiting.join(', ')}`,
      ...(await podTroubles(hub, HUB_NAMESPACE)),
    ]);
  }
  const served = await Promise.all(KINDS.map(async (kind) => ({ kind: kind.kind, there: await hub.serves(kind) })));
  const missing = served.filter(({ there }) => !there).map(({ kind }) => kind);
  if (missing.length > 0) return unhealthy(`${missing.join(', ')} not served yet`, []);
  return healthy(`ClusterManager applied, ${deployments.length} of ${deployments.length} Deployments available`);
};

const generalRemedy = (hub: string): Remedy =>
  byTyping(
    told`Look at the pods of OCM on the hub (images, scheduling, pod security), then retry:`,
    kubectlIn(hub, HUB_NAMESPACE, 'get pods -o wide'),
    kubectlIn(hub, OPERATOR_NAMESPACE, 'get pods -o wide'),
  );
