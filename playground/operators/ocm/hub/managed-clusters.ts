import { NAMESPACE, setCondition, type ControllerContext } from '../../../control/objects.ts';
import { fromKey, keyOf } from '../../../control/observed.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable } from '../../../control/kit.ts';
import { CLUSTER_LEASE, CLUSTER_SET, CLUSTER_SET_LABEL, LEASE, LEASE_SECONDS, MANAGED_CLUSTER, MANIFEST_WORK } from '../names.ts';

const FINALIZER = 'cluster.open-cluster-management.io/api-resource-cleanup';
const UNREACHABLE = 'cluster.open-cluster-management.io/unreachable';
/** A lease counts as stopped after five of its periods. */
const GRACE_PERIODS = 5;

/** The registration controller of the hub: accepted clusters get their namespace; silent ones become Unknown. */
export const runRegistrationController = (context: ControllerContext): void => {
  const { client, observe, signal, onError } = context;
  for (const [name, selectorType] of [
    ['default', 'ExclusiveClusterSetLabel'],
    ['global', 'LabelSelector'],
  ] as const) {
    const clusterSelector = { selectorType, ...(selectorType === 'LabelSelector' ? { labelSelector: {} } : {}) };
    void client.create({ ...CLUSTER_SET, metadata: { name }, spec: { clusterSelector } }).catch(onError);
  }
  const queue = workQueue(
    async (key) => {
      const ref = { ...MANAGED_CLUSTER, name: fromKey(key).name };
      const cluster = await client.get(ref);
      if (cluster === undefined) return;
      if (cluster.metadata.deletionTimestamp !== undefined) return detach(context, cluster);
      if (cluster.metadata.labels?.[CLUSTER_SET_LABEL] === undefined || cluster.metadata.finalizers?.includes(FINALIZER) !== true)
        await client.merge(ref, {
          metadata: {
            labels: { [CLUSTER_SET_LABEL]: cluster.metadata.labels?.[CLUSTER_SET_LABEL] ?? 'default' },
            finalizers: [...new Set([...(cluster.metadata.finalizers ?? []), FINALIZER])],
          },
        });
      await accept(context, cluster);
    },
    { signal, onError },
  );
  observe(MANAGED_CLUSTER).subscribe((cluster, gone) => {
    if (!gone) queue.add(keyOf(cluster));
  });
  watchLeases(context);
};

const accept = async ({ client, now }: ControllerContext, { metadata: { name }, spec, status: before }: Mutable): Promise<void> => {
  const ref = { ...MANAGED_CLUSTER, name };
  const wasAccepted = before?.conditions?.some((condition: { type: string }) => condition.type === 'HubAcceptedManagedCluster');
  if (spec.hubAcceptsClient !== true) {
    if (wasAccepted !== true) return;
    const message = 'Denied by hub cluster admin';
    return client.setStatus(ref, (status) => {
      setCondition(status, { type: 'HubAcceptedManagedCluster', status: 'False', reason: 'HubClusterAdminDenied', message }, now());
    });
  }
  await client.create({ ...NAMESPACE, metadata: { name, labels: { 'open-cluster-management.io/cluster-name': name } } });
  await client.setStatus(ref, (status) => {
    const message = 'Accepted by hub cluster admin';
    setCondition(status, { type: 'HubAcceptedManagedCluster', status: 'True', reason: 'HubClusterAdminAccepted', message }, now());
  });
};

/** Deletion waits until no work is left, then takes the namespace along. */
const detach = async ({ client, now }: ControllerContext, { metadata: { name, finalizers } }: Mutable): Promise<void> => {
  if (finalizers?.includes(FINALIZER) !== true) return;
  const ref = { ...MANAGED_CLUSTER, name };
  const works = await client.list({ ...MANIFEST_WORK, namespace: name });
  if (works.length > 0) {
    const message = `The resources managedclusteraddons (0), manifestworks (${works.length}) are remaining in the cluster namespace`;
    await client.setStatus(ref, (status) => {
      setCondition(status, { type: 'Deleting', status: 'False', reason: 'ResourceRemaining', message }, now());
    });
    throw new Error(message);
  }
  await client.delete({ ...NAMESPACE, name });
  await client.merge(ref, { metadata: { finalizers: finalizers.filter((finalizer) => finalizer !== FINALIZER) } });
};

const watchLeases = (context: ControllerContext): void => {
  const { observe, time, signal, now, onError } = context;
  const clusters = observe(MANAGED_CLUSTER);
  const renewals = new Map<string, string>();
  observe(LEASE).subscribe((lease, gone) => {
    const { namespace = '', name } = lease.metadata;
    if (gone || name !== CLUSTER_LEASE || clusters.get('', namespace)?.spec.hubAcceptsClient !== true) return;
    const renewTime: string = lease.spec.renewTime;
    if (renewals.get(namespace) === renewTime) return;
    renewals.set(namespace, renewTime);
    const graceMs = (clusters.get('', namespace)?.spec.leaseDurationSeconds ?? LEASE_SECONDS) * GRACE_PERIODS * 1000;
    const ageMs = time.between(new Date(renewTime), now());
    void time
      .after(Math.max(0, graceMs - ageMs), signal)
      .then(async (passed) => {
        if (passed && renewals.get(namespace) === renewTime) await declareUnknown(context, namespace);
      })
      .catch(onError);
    void setReachable(context, namespace).catch(onError);
  });
};

const declareUnknown = async ({ client, now }: ControllerContext, name: string): Promise<void> => {
  const ref = { ...MANAGED_CLUSTER, name };
  const message = 'Registration agent stopped updating its lease.';
  await client.setStatus(ref, (status) => {
    setCondition(status, { type: 'ManagedClusterConditionAvailable', status: 'Unknown', reason: 'ManagedClusterLeaseUpdateStopped', message }, now());
  });
  await client.merge(ref, { spec: { taints: [{ key: UNREACHABLE, effect: 'NoSelect', timeAdded: now().toISOString() }] } });
  for (const work of await client.list({ ...MANIFEST_WORK, namespace: name })) {
    await client.setStatus({ ...MANIFEST_WORK, namespace: name, name: work.metadata.name }, (status) => {
      const unknown = { type: 'Available', status: 'Unknown', reason: 'ResourcesStatusUnknown', message } as const;
      if (status.conditions?.some(({ type }: { type: string }) => type === 'Available') === true) setCondition(status, unknown, now());
    });
  }
};

const setReachable = async ({ client, observe }: ControllerContext, name: string): Promise<void> => {
  const taints: { key: string }[] = observe(MANAGED_CLUSTER).get('', name)?.spec.taints ?? [];
  if (!taints.some(({ key }) => key === UNREACHABLE)) return;
  await client.merge({ ...MANAGED_CLUSTER, name }, { spec: { taints: taints.filter(({ key }) => key !== UNREACHABLE) } });
};
