import type { Fleet } from '../../domain/fleet.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { ObjectRef, Query } from '../../kube-api/objects.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import type { ApplyContext, StepContext } from '../context.ts';
import { isTrue } from '../kube/conditions.ts';
import { readObject } from '../kube/read.ts';
import { AGENT_SECRET, agentCertificate } from './agent-certificate.ts';
import { type AgentRequest, agentRequests, pendingRequests, requestsQuery, requestToApprove } from './certificate-requests.ts';
import { type ManagedCluster, managedClusterRef, managedClusterSchema } from './objects.ts';
import { strangeRequests, toldRequest } from './strange-requests.ts';

/**
 * So long an agent is waited for, and its requests approved as they come. One that was joined anew waits up to 163 s for the lease of its predecessor,
 * then starts: 185 s were seen on a busy machine, and one that starts once more in between waits once more.
 */
export const AWAITED_MS = 420_000;
/** While only strange requests are there, so long is waited for the agent's own: one that was just made asks about 5 s after its join. */
const STRANGE_MS = { fresh: 20_000, old: 240_000 };
/** An agent makes its ManagedCluster when it first reaches the hub. */
const FRESH_MS = 120_000;

export const requestsOf = async (context: StepContext, fleet: Fleet, name: string): Promise<AgentRequest[]> =>
  agentRequests((await context.cluster(fleet.hub).list(requestsQuery(name))).items, name);

/**
 * Approves the request of the spoke's newest agent, and of the next one as long as none has joined: a request on the hub may come from an agent that
 * was restarted since, whose key is lost. `again`: its certificate ended, so that it has joined once it has another. True when the agent has joined, false when time is up.
 * Throws ProblemError PGD-025 when all that asks is not what an agent asks for.
 */
export const approveAgent = async (context: ApplyContext, fleet: Fleet, name: string, again: boolean): Promise<boolean> => {
  const hub = context.cluster(fleet.hub);
  const spoke = context.cluster(name);
  const hasJoined = async (managed: ManagedCluster | undefined): Promise<boolean> =>
    managed !== undefined &&
    isTrue(managed, 'ManagedClusterJoined') &&
    (!again || ((await agentCertificate(spoke))?.notAfter.getTime() ?? 0) > context.clock.now().getTime());
  const [joined, ended] = [new AbortController(), new AbortController()];
  const signal = AbortSignal.any([context.signal, joined.signal, ended.signal]);
  const began = context.clock.monotonicMs();
  let hasApproved = false;
  const look = inTurn(async () => {
    if (signal.aborted) return;
    const managed = await readObject(hub, managedClusterRef(name), managedClusterSchema);
    if (await hasJoined(managed)) return joined.abort();
    const requests = await requestsOf(context, fleet, name);
    const seen = pendingRequests(requests);
    const chosen = await requestToApprove(requests, spoke);
    if (chosen !== undefined) await approve(context, fleet, chosen);
    hasApproved ||= chosen !== undefined;
    const isStrange = !hasApproved && seen.fit.length === 0 && seen.odd.length > 0;
    const patienceMs = managed !== undefined && ageMs(managed.metadata.creationTimestamp, context) < FRESH_MS ? STRANGE_MS.fresh : STRANGE_MS.old;
    if (isStrange && context.clock.monotonicMs() - began >= patienceMs) throw new ProblemError(strangeRequests(seen.odd, fleet, name));
    context.progress(hasApproved ? `waiting for the agent of ${name} to take its certificate` : waitingFor(name, seen));
  });
  const follow = async (on: ClusterClient, query: Query): Promise<void> => {
    const { resourceVersion } = await on.list(query);
    await look();
    for await (const _ of on.watch(query, { resourceVersion, signal })) await look();
  };
  const lookLater = async (): Promise<void> => {
    for (const ms of [STRANGE_MS.fresh, STRANGE_MS.old - STRANGE_MS.fresh, AWAITED_MS - STRANGE_MS.old]) {
      await context.clock.sleep(ms, signal).catch(() => undefined);
      await look();
    }
    ended.abort();
  };
  try {
    await Promise.all([
      follow(hub, requestsQuery(name)),
      follow(hub, alone(managedClusterRef(name))),
      ...(again ? [follow(spoke, alone(AGENT_SECRET))] : []),
      lookLater(),
    ]);
  } finally {
    ended.abort();
  }
  context.signal.throwIfAborted();
  return joined.signal.aborted;
};

const alone = ({ name, ...query }: ObjectRef): Query => ({ ...query, fieldSelector: `metadata.name=${name}` });

const ageMs = (createdAt: string | undefined, { clock }: StepContext): number => clock.now().getTime() - Date.parse(createdAt ?? '');

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

/** Calls run one after the other. */
const inTurn = (call: () => Promise<void>): (() => Promise<void>) => {
  let last = Promise.resolve();
  return () => (last = last.then(call));
};
