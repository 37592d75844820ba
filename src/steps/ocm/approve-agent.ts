import type { Fleet } from '../../domain/fleet.ts';
import { ProblemError } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { Query } from '../../kube-api/objects.ts';
import type { ApplyContext, StepContext } from '../context.ts';
import { isTrue } from '../kube/conditions.ts';
import { readObject } from '../kube/read.ts';
import { type AgentRequest, agentRequests, pendingRequests, requestsQuery, requestToApprove } from './certificate-requests.ts';
import { managedClusterRef, managedClusterSchema } from './objects.ts';
import { strangeRequests, toldRequest } from './strange-requests.ts';

/** A restarted agent asks again only when the lease of its predecessor ends: up to 163 s. */
const TIMEOUT_MS = 180_000;
/** An agent that runs asks about 5 s after its join: while only strange requests are there, so long is waited for its own. */
const STRANGE_MS = 20_000;

export const requestsOf = async (context: StepContext, fleet: Fleet, name: string): Promise<AgentRequest[]> =>
  agentRequests((await context.cluster(fleet.hub).list(requestsQuery(name))).items, name);

/**
 * Approves the request of the spoke's newest agent, and of the next one while none has joined: a request on the hub may come from an agent that
 * was restarted since, whose key is lost. Returns when the agent has joined, or when time is up and verify tells why not.
 * Throws ProblemError: PGD-025 when all that asks is not what an agent asks for, PGD-023 when no agent asked, or none that is proven to be the spoke's.
 */
export const approveAgent = async (context: ApplyContext, fleet: Fleet, name: string): Promise<void> => {
  const hub = context.cluster(fleet.hub);
  const joined = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), context.signal, joined.signal]);
  const began = context.clock.monotonicMs();
  let hasApproved = false;
  let seen = pendingRequests([]);
  const look = inTurn(async () => {
    if (signal.aborted) return;
    const managed = await readObject(hub, managedClusterRef(name), managedClusterSchema);
    if (managed !== undefined && isTrue(managed, 'ManagedClusterJoined')) return joined.abort();
    const requests = await requestsOf(context, fleet, name);
    hasApproved ||= requests.some(({ state, oddities }) => state === 'approved' && oddities.length === 0);
    seen = pendingRequests(requests);
    const chosen = await requestToApprove(requests, context.cluster(name));
    if (chosen !== undefined) await approve(context, fleet, chosen);
    hasApproved ||= chosen !== undefined;
    if (isStrange() && context.clock.monotonicMs() - began >= STRANGE_MS) throw new ProblemError(strangeRequests(seen.odd, fleet, name));
    context.progress(hasApproved ? `waiting for the agent of ${name} to take its certificate` : waitingFor(name, seen));
  });
  const isStrange = (): boolean => !hasApproved && seen.fit.length === 0 && seen.odd.length > 0;
  const follow = async (query: Query): Promise<void> => {
    const { resourceVersion } = await hub.list(query);
    await look();
    for await (const _ of hub.watch(query, { resourceVersion, signal })) await look();
  };
  const { apiVersion, kind } = managedClusterRef(name);
  const lookLater = async (): Promise<void> => {
    await context.clock.sleep(STRANGE_MS, signal).catch(() => undefined);
    await look();
  };
  try {
    await Promise.all([follow(requestsQuery(name)), follow({ apiVersion, kind, fieldSelector: `metadata.name=${name}` }), lookLater()]);
  } finally {
    joined.abort();
  }
  context.signal.throwIfAborted();
  if (hasApproved) return;
  throw new ProblemError(isStrange() ? strangeRequests(seen.odd, fleet, name) : notAsked(name, seen));
};

type Pending = ReturnType<typeof pendingRequests>;

const waitingFor = (name: string, { fit, odd }: Pending): string => {
  if (fit.length > 0)
    return `waiting for the agent of ${name} to ask with its own join token: ${fit.length} that ask in its name are not proven to be its`;
  return `waiting for the certificate request of ${name}${odd.length === 0 ? '' : `; left alone: ${toldRequest(odd[0]!)}`}`;
};

const approve = async (context: ApplyContext, fleet: Fleet, { object }: AgentRequest): Promise<void> => {
  const status = (object['status'] ?? {}) as { readonly conditions?: unknown };
  const before: readonly unknown[] = Array.isArray(status.conditions) ? status.conditions : [];
  const approved = { type: 'Approved', status: 'True', reason: 'PgdistApproved', message: `approved in run ${context.runId}` };
  await context.cluster(fleet.hub).update({ ...object, status: { ...status, conditions: [...before, approved] } }, { subresource: 'approval' });
};

const notAsked = (name: string, { fit, odd }: Pending) => ({
  code: 'PGD-023' as const,
  what: told`the agent of ${name} has not asked the hub for a certificate`,
  evidence: [
    `no CertificateSigningRequest that is proven to be its own came within ${TIMEOUT_MS / 1000} s`,
    ...fit.map(
      (request) => `CertificateSigningRequest ${request.name} asks in its name, but with another token than the join token that lies on ${name}`,
    ),
    ...odd.map(toldRequest),
  ].slice(0, MOST_EVIDENCE),
  remedy: told`Look at the log of Deployment klusterlet-registration-agent in open-cluster-management-agent of ${name}, then retry.`,
});

const MOST_EVIDENCE = 8;

/** Calls run one after the other. */
const inTurn = (call: () => Promise<void>): (() => Promise<void>) => {
  let last = Promise.resolve();
  return () => (last = last.then(call));
};
