import { setCondition, type Condition, type ControllerContext } from '../../../control/objects.ts';
import { observer } from '../../../control/observed.ts';
import { amountsOf } from '../../../control/scheduling.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { CLUSTER_LEASE, LEASE, LEASE_SECONDS, MANAGED_CLUSTER } from '../names.ts';
import { until } from '../session.ts';

interface JoinedCluster {
  readonly clusterName: string;
  readonly nodes: () => Promise<readonly Mutable[]>;
}

/** Once accepted: joins, reports the cluster's state, and renews its lease until the signal ends. */
export const serveCluster = async (context: ControllerContext, hub: OperatorClient, { clusterName, nodes }: JoinedCluster): Promise<void> => {
  const { client, signal, time, now, onError } = context;
  const ref = { ...MANAGED_CLUSTER, name: clusterName };
  const clusters = observer(hub, signal)({ ...MANAGED_CLUSTER, fieldSelector: `metadata.name=${clusterName}` });
  const joined: Condition = { type: 'ManagedClusterJoined', status: 'True', reason: 'ManagedClusterJoined', message: 'Managed cluster joined' };
  const clock: Condition = {
    type: 'ManagedClusterConditionClockSynced',
    status: 'True',
    reason: 'ManagedClusterClockSynced',
    message: 'The clock of the managed cluster is synced with the hub.',
  };

  const report = async (): Promise<void> => {
    const [version, all] = await Promise.all([spokeVersion(client), nodes()]);
    const available: Condition =
      version === undefined
        ? unavailable
        : { type: AVAILABLE, status: 'True', reason: 'ManagedClusterAvailable', message: 'Managed cluster is available' };
    await hub.setStatus(ref, (status) => {
      for (const condition of [joined, available, clock]) setCondition(status, condition, now());
      if (version === undefined) return;
      status.version = { kubernetes: version };
      status.capacity = totals(all, 'capacity');
      status.allocatable = totals(all, 'allocatable');
    });
  };
  let beating = false;
  const beat = async (): Promise<void> => {
    if (beating) return;
    beating = true;
    while (!signal.aborted && clusters.get('', clusterName)?.spec.hubAcceptsClient === true) {
      try {
        await renew(hub, clusterName, now());
        await report();
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
      if (!(await time.after(LEASE_SECONDS * 1000, signal))) return;
    }
    beating = false;
  };
  const queue = workQueue(
    async () => {
      const cluster = clusters.get('', clusterName);
      if (cluster?.spec.hubAcceptsClient !== true) return;
      const conditions: { type: string; reason: string }[] = cluster.status?.conditions ?? [];
      if (!conditions.some(({ type }) => type === 'HubAcceptedManagedCluster')) return;
      await report();
      void beat();
    },
    { signal, onError },
  );
  let accepted = false;
  clusters.subscribe((cluster, gone) => {
    const acceptedNow = !gone && cluster.spec.hubAcceptsClient === true && (cluster.status?.conditions ?? []).length > 0;
    if (acceptedNow && !accepted) queue.add(clusterName);
    accepted = acceptedNow;
  });
  await until(signal);
};

const AVAILABLE = 'ManagedClusterConditionAvailable';
const unavailable: Condition = {
  type: AVAILABLE,
  status: 'False',
  reason: 'ManagedClusterKubeAPIServerUnavailable',
  message: 'The kube-apiserver is not ok',
};

const spokeVersion = async (client: OperatorClient): Promise<string | undefined> => {
  try {
    return (await client.api.json<{ gitVersion: string }>('GET', '/version', { timeoutMs: 5_000 })).gitVersion;
  } catch {
    return undefined;
  }
};

/** The namespace may be a moment away; an error ends up in the next beat. */
const renew = async (hub: OperatorClient, clusterName: string, now: Date): Promise<void> => {
  const renewTime = now.toISOString().replace('Z', '000Z');
  await hub.apply({
    ...LEASE,
    metadata: { name: CLUSTER_LEASE, namespace: clusterName },
    spec: { holderIdentity: CLUSTER_LEASE, leaseDurationSeconds: LEASE_SECONDS, renewTime },
  });
};

const totals = (nodes: readonly Mutable[], field: 'capacity' | 'allocatable') => {
  const amounts = nodes.map(({ status }) => amountsOf(status?.[field]));
  return { cpu: String(sum(amounts.map(({ cpu }) => cpu))), memory: `${Math.round(sum(amounts.map(({ memory }) => memory)) / 1024)}Ki` };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
