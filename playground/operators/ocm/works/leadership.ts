import { isActive, POD, type ControllerContext } from '../../../control/objects.ts';
import { AGENT_NAMESPACE, LEASE, WORK_AGENT_LOCK } from '../names.ts';

/** A rolled out agent tries again for the lease of its predecessor only so often: 32, 37, 44 and 54 s were seen after roll-outs. */
const SHORTEST_WAIT_MS = 32_000;
const WAIT_SPREAD_MS = 22_000;
const LEASE_DURATION_SECONDS = 137;
const AGENT_LABELS = 'app=klusterlet-work-agent';

/**
 * Resolves when the newest pod of the agent holds the lease: at once where nobody ever held it, else when the former holder's is free. Rejects when the
 * pod that would hold it is not there.
 */
export const becomeLeader = async ({ client, time, signal, now, random }: ControllerContext): Promise<void> => {
  const ref = { ...LEASE, namespace: AGENT_NAMESPACE, name: WORK_AGENT_LOCK };
  const before = await client.get(ref);
  if (before !== undefined && !(await time.after(SHORTEST_WAIT_MS + random() * WAIT_SPREAD_MS, signal))) return;
  const pods = (await client.list({ ...POD, namespace: AGENT_NAMESPACE, labelSelector: AGENT_LABELS }))
    .filter((pod) => isActive(pod) && pod.metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1));
  const pod = pods.at(-1);
  if (pod === undefined) throw new Error('the work agent has no pod');
  const at = now().toISOString().replace('Z', '000Z');
  await client.apply({
    ...LEASE,
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: {
      holderIdentity: `${pod.metadata.name}_${pod.metadata.uid ?? ''}`,
      leaseDurationSeconds: LEASE_DURATION_SECONDS,
      acquireTime: at,
      renewTime: at,
      leaseTransitions: ((before?.spec?.leaseTransitions as number | undefined) ?? -1) + 1,
    },
  });
};
