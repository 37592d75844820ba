import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import type { NodeBackend } from '../contract.ts';
import { badRequest, internalError, notFound, plainError, type StatusError } from '../errors.ts';
import type { ApiObject, Fields } from '../object.ts';

export interface PodTarget {
  readonly pod: ApiObject;
  readonly backend: NodeBackend;
  /** Container that is meant: the only one when none is named. */
  readonly container: string;
}

/** The pod and container of a log, exec or port-forward request. Throws 404 without the pod, 400 for an unknown container or one not yet on a node. */
export const podTarget = (
  cluster: Cluster,
  { type, namespace, name = '', query }: Pick<Call, 'type' | 'namespace' | 'name' | 'query'>,
): PodTarget => {
  const pod = cluster.store.get(type, namespace, name);
  if (pod === undefined) throw notFound(type, name);
  const container = containerOf(pod, query.get('container') ?? '');
  if (pod['spec'].nodeName === undefined) throw badRequest(`pod ${name} does not have a host assigned`);
  const backend = cluster.backend();
  if (backend === undefined) throw plainError(`dial tcp 127.0.0.1:10250: connect: connection refused`);
  return { pod, backend, container };
};

/** What exec and port-forward answer to a request that does not ask for an upgrade; the container is looked at first. */
export const upgradeRequired = ({ store }: Cluster, { type, namespace, name = '', subresource, query }: Call): StatusError => {
  const pod = store.get(type, namespace, name);
  if (pod === undefined) return notFound(type, name);
  if (subresource === 'exec') containerOf(pod, query.get('container') ?? '');
  return badRequest('Upgrade request required');
};

const namesIn = (pod: ApiObject, list: string): string[] => ((pod['spec'][list] ?? []) as Fields[]).map((one) => String(one['name']));

const containerOf = (pod: ApiObject, asked: string): string => {
  const { name } = pod.metadata;
  const containers = namesIn(pod, 'containers');
  const init = namesIn(pod, 'initContainers');
  if (asked !== '') {
    if ([...containers, ...init, ...namesIn(pod, 'ephemeralContainers')].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only, ...others] = containers;
  if (only !== undefined && others.length === 0) return only;
  const alsoInit = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${alsoInit}`);
};

/** Throws what a kubelet answers to exec when the pod's status says that the container is not running. */
export const checkRunning = ({ pod, container }: PodTarget): void => {
  const status = ((pod['status']?.containerStatuses ?? []) as Fields[]).find((one) => one['name'] === container);
  if (status !== undefined && status['state']?.running === undefined)
    throw internalError(`unable to upgrade connection: container not found (${JSON.stringify(container)})`);
};

/** What a kubelet answers for a container that is not running yet. */
export const notStarted = (container: string, pod: ApiObject): StatusError => {
  const statuses = [...((pod['status']?.containerStatuses ?? []) as Fields[]), ...((pod['status']?.initContainerStatuses ?? []) as Fields[])];
  const waiting: unknown = statuses.find((one) => one['name'] === container)?.['state']?.waiting?.reason;
  const why = typeof waiting === 'string' ? waiting : 'ContainerCreating';
  return badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
};
