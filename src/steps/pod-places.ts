import type { Fleet } from '../domain/fleet.ts';
import { DNS_NAMESPACE } from './coredns/dns-service.ts';
import { CONTROLLER_NAMESPACE, INJECTOR_NAMESPACE, WORKER_NAMESPACE } from './kubeslice/objects.ts';
import { AGENT_NAMESPACE, HUB_NAMESPACE, OPERATOR_NAMESPACE } from './ocm/objects.ts';
import type { PodPlace } from './resting-on-pods.ts';

const on = (cluster: string, ...namespaces: readonly string[]): PodPlace[] => namespaces.map((namespace) => ({ cluster, namespace }));

/** OCM's operator and the parts of the hub. */
export const hubPods = (hub: string): PodPlace[] => on(hub, OPERATOR_NAMESPACE, HUB_NAMESPACE);

/** OCM's operator and agents of a spoke: what is to be joined, accepted, applied or reported there waits for them. */
export const agentPods = (spoke: string): PodPlace[] => on(spoke, OPERATOR_NAMESPACE, AGENT_NAMESPACE);

/** KubeSlice's controller and the Jobs that make certificates. */
export const controllerPods = ({ hub }: Fleet): PodPlace[] => on(hub, CONTROLLER_NAMESPACE);

/** KubeSlice's worker: operator, network, DNS, router, gateways, and what injects pods of the slice. */
export const workerPods = (spoke: string): PodPlace[] => on(spoke, WORKER_NAMESPACE, INJECTOR_NAMESPACE);

export const clusterDnsPods = (cluster: string): PodPlace[] => on(cluster, DNS_NAMESPACE);

export const kubedbPods = ({ hub, kubedb }: Fleet): PodPlace[] => on(hub, kubedb.namespace);
