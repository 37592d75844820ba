import { bash, type ByHand, words } from '../../domain/by-hand.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { awaited, clusteradmOn, kubectl, rolledOut } from '../by-hand/lines.ts';
import { CLUSTER_MANAGER, HUB_NAMESPACE } from './objects.ts';

const DEFINITION = 'clustermanagers.operator.open-cluster-management.io';
/** Runs only with the gate. */
const WORK_CONTROLLER = 'deployment/cluster-manager-work-controller';

/** Initialised where it is no hub yet; of one that is, the gate alone is switched on. */
export const hubByHand = (fleet: Fleet, gate: string, init: readonly string[], timeoutMs: number): ByHand => {
  const hub = kubectl(fleet, fleet.hub);
  return {
    does: [
      bash`if exists ${hub} get crd ${DEFINITION} && exists ${hub} get clustermanager ${CLUSTER_MANAGER.name}; then
  gate_on clustermanager ${CLUSTER_MANAGER.name} ${gate} ${hub}
else
  ${clusteradmOn(fleet, fleet.hub)}
  run env KUBECONFIG="$work/kubeconfig" ${words('clusteradm', ...init)}
fi`,
    ],
    awaits: [
      awaited('create', { fleet, cluster: fleet.hub, namespace: HUB_NAMESPACE, object: WORK_CONTROLLER, timeoutMs }),
      rolledOut(fleet, fleet.hub, HUB_NAMESPACE, timeoutMs),
    ],
  };
};
