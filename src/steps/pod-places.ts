import type { Fleet } from '../domain/fleet.ts';
import { DNS_NAMESPACE } from './coredns/dns-service.ts';
import { CONTROLLER_NAMESPACE, INJECTOR_NAMESPACE, WORKER_NAMESPACE } from './kubeslice/objects.ts';
import { AGENT_NAMESPACE, HUB_NAMESPACE, OPERATOR_NAMESPACE } from './ocm/objects.ts';
import { WORK_AGENTS } from './ocm/work-agent-leader.ts';
import type { PodPlace } from './resting-on-pods.ts';

const on = (cluster: string, ...namespaces: readonly string[]): PodPlace[] => namespaces.map((namespace) => ({ cluster, namespace }));

const sparing =
  (...mayIdle: readonly string[]) =>
  (place: PodPlace): PodPlace => ({ ...place, mayIdle });

/** A hub that is its own spoke has both operators in one namespace. */
const HUB_OPERATOR = 'cluster-manager';
const SPOKE_OPERATOR = 'klusterlet';

/** OCM's operator and the parts of the hub. */
export const hubPods = (hub: string): PodPlace[] => on(hub, OPERATOR_NAMESPACE, HUB_NAMESPACE).map(sparing(SPOKE_OPERATOR));

/** OCM's operator and agents of a spoke: what is to be applied or reported there waits for them. */
export const agentPods = (spoke: string): PodPlace[] => on(spoke, OPERATOR_NAMESPACE, AGENT_NAMESPACE).map(sparing(HUB_OPERATOR));

/** The same while a spoke is joined and accepted: its work agent is held at 0 until it has its certificate. */
export const joiningPods = (spoke: string): PodPlace[] => on(spoke, OPERATOR_NAMESPACE, AGENT_NAMESPACE).map(sparing(HUB_OPERATOR, ...WORK_AGENTS));

/** KubeSlice's controller and the Jobs that make certificates. */
export const controllerPods = ({ hub }: Fleet): PodPlace[] => on(hub, CONTROLLER_NAMESPACE);

/** KubeSlice's worker: operator, network, DNS, router, gateways, and what injects pods of the slice. */
export const workerPods = (spoke: string): PodPlace[] => on(spoke, WORKER_NAMESPACE, INJECTOR_NAMESPACE);

/** Of a namespace that holds much else. */
export const clusterDnsPods = (cluster: string): PodPlace[] =>
  on(cluster, DNS_NAMESPACE).map((place) => ({ ...place, only: /coredns|kube-dns|node-local-dns/, replicas: 2 }));

export const kubedbPods = ({ hub, kubedb }: Fleet): PodPlace[] => on(hub, kubedb.namespace);
