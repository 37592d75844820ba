import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Deployment } from '../kube/deployments.ts';
import { argumentsOf } from '../kube/deployments.ts';
import { maybeText, part } from '../kube/lenient.ts';
import { podsIn } from '../kube/pods.ts';
import { readObject } from '../kube/read.ts';
import { AGENT_NAMESPACE } from './objects.ts';

/** The lock of an agent's component: in Singleton mode one Deployment holds both agents. */
const LOCKS: Readonly<Record<string, string>> = { 'klusterlet-work-agent': 'work-agent-lock', 'klusterlet-agent': 'klusterlet-agent-lock' };
/** Names of Deployments that hold the work agent. */
export const WORK_AGENTS: readonly string[] = Object.keys(LOCKS);
export const AGENT_LOCK = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: AGENT_NAMESPACE } as const;

const leaseSchema = z.object({ spec: part({ holderIdentity: maybeText }) });

/**
 * What a rolled out work agent still waits for; undefined when it works. Its pod runs, ready and idle, until it holds the lock of its predecessor:
 * 26 s after a clean end, 163 s after any other.
 */
export const leaderAwaited = async (spoke: ClusterReader, agent: Deployment): Promise<string | undefined> => {
  const { name } = agent.metadata;
  if (argumentsOf(agent).includes('--disable-leader-election')) return undefined;
  const lock = LOCKS[name] ?? '';
  const holder = (await readObject(spoke, { ...AGENT_LOCK, name: lock }, leaseSchema))?.spec.holderIdentity ?? '';
  // Identities are POD_UUID.
  const pod = holder.slice(0, Math.max(0, holder.lastIndexOf('_')));
  const pods = await podsIn(spoke, { namespace: AGENT_NAMESPACE });
  if (pods.some(({ metadata }) => metadata.name === pod && metadata.deletionTimestamp === undefined)) return undefined;
  const held = holder === '' ? 'which nobody holds yet' : `which ${pod === '' ? holder : pod} held, a pod that is gone`;
  return `${name} waits for Lease ${lock}, ${held}`;
};
