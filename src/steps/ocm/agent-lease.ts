import { z } from 'zod';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Condition } from '../kube/conditions.ts';
import { maybeText, part } from '../kube/lenient.ts';
import { readIfServed } from '../kube/read.ts';

/** A registration agent with a working connection renews this on the hub, in the namespace of its cluster, every 60 s. */
export const agentLeaseRef = (cluster: string): ObjectRef => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: cluster,
  name: 'managed-cluster-lease',
});
const leaseSchema = z.object({ spec: part({ renewTime: maybeText }) });
/** Two renewals. */
const FRESH_MS = 120_000;

/**
 * Whether the agent has reached the hub since its operator last said otherwise, and lately. The renewal and the condition are dated by the same cluster:
 * the later one counts. The operator looks again only 30 s, or 5 minutes, after it was refused.
 */
export const hasReachedHubSince = async (hub: ClusterReader, cluster: string, said: Condition | undefined, now: Date): Promise<boolean> => {
  const renewTime = (await readIfServed(hub, agentLeaseRef(cluster), leaseSchema))?.spec.renewTime;
  const renewedMs = Date.parse(renewTime ?? '');
  if (Number.isNaN(renewedMs) || Math.abs(now.getTime() - renewedMs) > FRESH_MS) return false;
  const saidMs = Date.parse(said?.lastTransitionTime ?? '');
  return Number.isNaN(saidMs) || renewedMs > saidMs;
};
