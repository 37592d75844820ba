import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import type { ApiObject, Fields } from '../object.ts';
import { timestamp } from '../object.ts';
import { deleteStored, graceOf } from '../requests/deletion.ts';
import { isDryRun } from '../requests/options.ts';

const success = (code: number): Fields => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code });

const podOf = ({ store }: Cluster, { type, namespace, name = '' }: Call): ApiObject => {
  const pod = store.get(type, namespace, name);
  if (pod === undefined) throw notFound(type, name);
  return pod;
};

/** The binding subresource: what a scheduler writes. */
export const bindPod = async (cluster: Cluster, call: Call, binding: Fields): Promise<Fields> => {
  const pod = podOf(cluster, call);
  const nodeName: unknown = binding['target']?.name;
  if (typeof nodeName !== 'string') throw badRequest('target.name: Required value');
  if (pod['spec'].nodeName !== undefined)
    throw conflict(
      { group: '', plural: 'pods/binding' },
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${String(pod['spec'].nodeName)}"`,
    );
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp() };
  const conditions = ((pod['status']?.conditions ?? []) as Fields[]).filter((one) => one['type'] !== 'PodScheduled');
  if (!isDryRun(call))
    cluster.store.put(call.type, {
      ...pod,
      spec: { ...(pod['spec'] as Fields), nodeName },
      status: { ...(pod['status'] as Fields), conditions: [...conditions, scheduled] },
    });
  return success(201);
};

/** The eviction subresource, as kubectl drain uses it; disruption budgets are not looked at. */
export const evictPod = (cluster: Cluster, call: Call): Fields => {
  const pod = podOf(cluster, call);
  if (!isDryRun(call)) deleteStored(cluster.store, call.type, pod, { propagation: 'Background', graceSeconds: graceOf('Pod', pod, undefined) });
  return success(201);
};
