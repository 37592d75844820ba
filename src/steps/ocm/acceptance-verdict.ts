import { healthy, type Verdict } from '../../domain/finding.ts';
import { endingWarning } from '../../domain/expiry.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byDeploy, byTyping, byWords, type Problem, type Remedy } from '../../domain/problem.ts';
import { kubectlIn, kubectlOn } from '../../domain/terminal.ts';
import { plainText, told } from '../../domain/text.ts';
import type { StepContext } from '../context.ts';
import { conditionOf, toldCondition } from '../kube/conditions.ts';
import { deploymentsIn, rolloutText } from '../kube/deployments.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { readIfServed } from '../kube/read.ts';
import { agentCertificate, endedCertificate } from './agent-certificate.ts';
import { hasReachedHubSince } from './agent-lease.ts';
import { agentRequests, requestsQuery } from './certificate-requests.ts';
import { hubConnectionOf } from './hub-connection.ts';
import {
  AGENT_NAMESPACE,
  type Klusterlet,
  KLUSTERLET,
  klusterletSchema,
  type ManagedCluster,
  managedClusterRef,
  managedClusterSchema,
} from './objects.ts';
import { leftOut } from './left-out.ts';
import { requestsTold } from './requests-told.ts';

/** An administrator took an acceptance back; the condition is not there before the first acceptance. */
export const withdrawn = (managed: ManagedCluster, fleet: Fleet, name: string): Problem | undefined => {
  const condition = conditionOf(managed, 'HubAcceptedManagedCluster');
  if (managed.spec.hubAcceptsClient || condition === undefined) return undefined;
  // Right after the change the condition is still that of before.
  if (condition.status !== 'True' && condition.reason !== 'HubClusterAdminDenied') return undefined;
  return {
    code: 'PGD-023',
    what: told`an administrator of ${fleet.hub} denied ${name}`,
    evidence: [`spec.hubAcceptsClient of ManagedCluster ${name} is false`, toldCondition(condition)],
    ...byTyping(
      told`Ask who denied it and why. If ${name} is to be part of the fleet again, accept it, then plan again:`,
      kubectlOn(fleet.hub, `patch managedcluster ${name} --type=merge -p '{"spec":{"hubAcceptsClient":true}}'`),
    ),
  };
};

/** Accepted, joined, available and in time as the hub has it, and connected as the spoke itself has it: the hub alone looks healthy with a lost agent for minutes. */
export const acceptanceVerdict = async (context: StepContext, fleet: Fleet, name: string): Promise<Verdict> => {
  const hub = context.cluster(fleet.hub);
  const managed = await readIfServed(hub, managedClusterRef(name), managedClusterSchema);
  if (managed === undefined) return unhealthy(name, `there is no ManagedCluster ${name} on the hub`, [], RETRY);
  const denied = withdrawn(managed, fleet, name);
  if (denied !== undefined) return { healthy: false, waitingFor: 'acceptance was withdrawn', problem: denied, final: true };

  const said = (type: string): string => {
    const condition = conditionOf(managed, type);
    return condition === undefined ? `${type} is not reported yet` : toldCondition(condition);
  };
  const isTrue = (type: string): boolean => conditionOf(managed, type)?.status === 'True';
  if (!isTrue('HubAcceptedManagedCluster'))
    return unhealthy(name, said('HubAcceptedManagedCluster'), [`hubAcceptsClient is ${managed.spec.hubAcceptsClient}`], RETRY);
  if (!isTrue('ManagedClusterJoined')) {
    const requests = agentRequests((await hub.list(requestsQuery(name))).items, name);
    const unsigned = requests.filter(({ state, signed, oddities }) => state === 'approved' && !signed && oddities.length === 0);
    const evidence = [...rotationEvidence(managed), ...requestsTold(requests)];
    if (unsigned.length === 0) return unhealthy(name, said('ManagedClusterJoined'), evidence, requests.length === 0 ? NOT_ASKED(name) : RETRY);
    return unhealthy(name, 'the approved certificate request has no certificate', evidence, NO_SIGNER);
  }
  if (conditionOf(managed, 'ManagedClusterConditionClockSynced')?.status === 'False')
    return unhealthy(
      name,
      said('ManagedClusterConditionClockSynced'),
      [],
      byWords(told`Set the clocks of ${name} and ${fleet.hub} (NTP): the agent stops reporting beyond 5 minutes of difference.`),
    );
  const idle = await agentAway(context, name);
  if (idle !== undefined) return idle;
  const [klusterlet, certificate] = await Promise.all([
    readIfServed(context.cluster(name), KLUSTERLET, klusterletSchema),
    agentCertificate(context.cluster(name)),
  ]);
  const ended = endedCertificate(certificate, context.clock.now(), [
    ...rotationEvidence(managed),
    ...(isTrue('ManagedClusterConditionAvailable') ? [] : [said('ManagedClusterConditionAvailable')]),
  ]);
  if (ended !== undefined) return { healthy: false, waitingFor: plainText(ended.what), problem: ended };
  if (!isTrue('ManagedClusterConditionAvailable'))
    return klusterlet === undefined
      ? unhealthy(name, said('ManagedClusterConditionAvailable'), rotationEvidence(managed), availabilityRemedy(managed, name))
      : lost(said('ManagedClusterConditionAvailable'), managed, klusterlet, fleet, name);

  if (klusterlet === undefined)
    return unhealthy(name, `there is no Klusterlet on ${name}`, ['the hub has it Available all the same, for up to 5 minutes'], RETRY);
  const connection = hubConnectionOf(klusterlet, fleet, name);
  const out = await leftOut(hub, managed, fleet, name);
  if (out !== undefined) return { healthy: false, waitingFor: plainText(out.what), problem: out };
  const isConnected =
    connection.kind === 'connected' ||
    ((connection.kind === 'unknown' || connection.kind === 'awaits-acceptance') &&
      klusterlet.spec.clusterName === name &&
      (await hasReachedHubSince(hub, name, conditionOf(klusterlet, 'HubConnectionDegraded'), context.clock.now())));
  if (isConnected)
    return healthy(
      `accepted, joined, available${managed.status.version.kubernetes === undefined ? '' : `; Kubernetes ${managed.status.version.kubernetes}`}`,
      endingWarning(certificate, context.clock.now()).map((warning) => [warning, ...rotationEvidence(managed)].join('; ')),
    );
  if (connection.kind === 'broken') return { healthy: false, waitingFor: connection.told, problem: connection.problem };
  return unhealthy(name, 'told' in connection ? connection.told : 'the agent has not reported its connection to the hub', [], RETRY);
};

/** The hub hears nothing; the spoke itself may say why. */
const lost = (seen: string, managed: ManagedCluster, klusterlet: Klusterlet, fleet: Fleet, name: string): Verdict => {
  const connection = hubConnectionOf(klusterlet, fleet, name);
  if (connection.kind !== 'broken') return unhealthy(name, seen, rotationEvidence(managed), availabilityRemedy(managed, name));
  const { problem } = connection;
  return { healthy: false, waitingFor: connection.told, problem: { ...problem, evidence: [...problem.evidence, seen] } };
};

/** Deployments that hold the registration agent: in Singleton mode it is one with the work agent. */
const AGENTS: readonly string[] = ['klusterlet-registration-agent', 'klusterlet-agent'];

/** The spoke's own word, up to 5 minutes before the hub's: nothing keeps its membership up. */
const agentAway = async (context: StepContext, name: string): Promise<Verdict | undefined> => {
  const agent = (await deploymentsIn(context.cluster(name), AGENT_NAMESPACE)).find(({ metadata }) => AGENTS.includes(metadata.name));
  if (agent === undefined || agent.status.availableReplicas > 0) return undefined;
  const waitingFor = `Deployment ${AGENT_NAMESPACE}/${agent.metadata.name} of ${name}: ${rolloutText(agent)}`;
  return {
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-021',
      what: told`OCM's registration agent does not run on ${name}`,
      evidence: [waitingFor, ...(await podTroubles(context.cluster(name), AGENT_NAMESPACE))],
      ...byTyping(told`Look at its pods: 5 minutes without the agent, and the hub counts ${name} as lost:`, AGENT_PODS(name)),
    },
  };
};

const unhealthy = (name: string, waitingFor: string, evidence: readonly string[], remedy: Remedy): Verdict => ({
  healthy: false,
  waitingFor,
  problem: { code: 'PGD-023', what: told`${name} is not an available member of the hub`, evidence: [waitingFor, ...evidence], ...remedy },
});

const rotationEvidence = (managed: ManagedCluster): string[] => {
  const rotated = conditionOf(managed, 'ClusterCertificateRotated');
  return rotated?.status === 'False' ? [toldCondition(rotated)] : [];
};

const availabilityRemedy = (managed: ManagedCluster, name: string): Remedy => {
  const reason = conditionOf(managed, 'ManagedClusterConditionAvailable')?.reason;
  if (reason === 'ManagedClusterLeaseUpdateStopped')
    return byTyping(
      told`No sign of life for 5 minutes: look at the agent's pods on ${name}, its network to the hub, and its clock:`,
      AGENT_PODS(name),
      AGENT_LOG(name),
    );
  if (reason === 'ManagedClusterKubeAPIServerUnavailable')
    return byTyping(
      told`The agent finds the API server of ${name} unhealthy: repair what fails in it:`,
      kubectlOn(name, `get --raw '/livez?verbose'`),
    );
  return RETRY;
};

const NOT_ASKED = (name: string): Remedy =>
  byTyping(told`Look why the agent of ${name} has not asked for a certificate, in its log; then retry:`, AGENT_LOG(name));
const AGENT_PODS = (name: string) => kubectlIn(name, AGENT_NAMESPACE, 'get pods -o wide');
const AGENT_LOG = (name: string) => kubectlIn(name, AGENT_NAMESPACE, 'logs deploy/klusterlet-registration-agent --tail=100');
const RETRY = byDeploy(
  told`Deploy again, or retry: the step approves the request of the newest agent and accepts the cluster. Stale certificate requests of this cluster (10 or more) must be deleted first.`,
);
const NO_SIGNER = byWords(
  told`The signer kubernetes.io/kube-apiserver-client does not sign on the hub: give kube-controller-manager the CA key. EKS does not sign client certificates: use another cluster as the hub.`,
);
