import type { Fleet } from '../../domain/fleet.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { Query } from '../../kube-api/objects.ts';
import type { ApplyContext, StepContext } from '../context.ts';
import { isTrue } from '../kube/conditions.ts';
import { readObject } from '../kube/read.ts';
import { type AgentRequest, agentRequests, requestsQuery, requestToApprove } from './certificate-requests.ts';
import { managedClusterRef, managedClusterSchema } from './objects.ts';

/** A restarted agent asks again only when the lease of its predecessor ends: up to 163 s. */
const TIMEOUT_MS = 180_000;

export const requestsOf = async (context: StepContext, fleet: Fleet, name: string): Promise<AgentRequest[]> =>
  agentRequests((await context.cluster(fleet.hub).list(requestsQuery(name))).items, name);

/**
 * Approves the request of the spoke's newest agent, and of the next one while none has joined: a request on the hub may come from an agent that
 * was restarted since, whose key is lost. Returns when the agent has joined, or when time is up and verify tells why not.
 * Throws ProblemError PGD-023 when no agent asked at all.
 */
export const approveAgent = async (context: ApplyContext, fleet: Fleet, name: string): Promise<void> => {
  const hub = context.cluster(fleet.hub);
  const joined = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), context.signal, joined.signal]);
  let hasAsked = false;
  const look = inTurn(async () => {
    if (signal.aborted) return;
    const managed = await readObject(hub, managedClusterRef(name), managedClusterSchema);
    if (managed !== undefined && isTrue(managed, 'ManagedClusterJoined')) return joined.abort();
    const requests = await requestsOf(context, fleet, name);
    hasAsked ||= requests.some(({ state }) => state !== 'refused');
    const chosen = await requestToApprove(requests, context.cluster(name));
    if (chosen !== undefined) await approve(context, fleet, chosen);
    context.progress(hasAsked ? `waiting for the agent of ${name} to take its certificate` : `waiting for the certificate request of ${name}`);
  });
  const follow = async (query: Query): Promise<void> => {
    const { resourceVersion } = await hub.list(query);
    await look();
    for await (const _ of hub.watch(query, { resourceVersion, signal })) await look();
  };
  const { apiVersion, kind } = managedClusterRef(name);
  await Promise.all([follow(requestsQuery(name)), follow({ apiVersion, kind, fieldSelector: `metadata.name=${name}` })]);
  context.signal.throwIfAborted();
  if (!hasAsked) throw new ProblemError(nobodyAsked(name));
};

const approve = async (context: ApplyContext, fleet: Fleet, { object }: AgentRequest): Promise<void> => {
  const status = (object['status'] ?? {}) as { readonly conditions?: unknown };
  const before: readonly unknown[] = Array.isArray(status.conditions) ? status.conditions : [];
  const approved = { type: 'Approved', status: 'True', reason: 'PgdistApproved', message: `approved in run ${context.runId}` };
  await context.cluster(fleet.hub).update({ ...object, status: { ...status, conditions: [...before, approved] } }, { subresource: 'approval' });
};

const nobodyAsked = (name: string) => ({
  code: 'PGD-023' as const,
  what: `the agent of ${name} has not asked the hub for a certificate`,
  evidence: [`no CertificateSigningRequest of it came within ${TIMEOUT_MS / 1000} s`],
  remedy: `Look at the log of Deployment klusterlet-registration-agent in open-cluster-management-agent of ${name}, then retry.`,
});

/** Calls run one after the other. */
const inTurn = (call: () => Promise<void>): (() => Promise<void>) => {
  let last = Promise.resolve();
  return () => (last = last.then(call));
};
