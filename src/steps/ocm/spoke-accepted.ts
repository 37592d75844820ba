import { blocked, change, type Change, inPlace } from '../../domain/finding.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { NotYetError, ProblemError } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import type { Step, StepContext } from '../context.ts';
import { conditionOf } from '../kube/conditions.ts';
import { readObject } from '../kube/read.ts';
import { acceptanceVerdict, withdrawn } from './acceptance-verdict.ts';
import { AGENT_SECRET, agentCertificate, endedCertificate } from './agent-certificate.ts';
import { spreadWork } from './left-out.ts';
import { agentLeaseRef } from './agent-lease.ts';
import { approveAgent, AWAITED_MS, requestsOf } from './approve-agent.ts';
import { pendingRequests, CSR } from './certificate-requests.ts';
import { acceptByHand } from './join-by-hand.ts';
import { type ManagedCluster, managedClusterRef, managedClusterSchema, AGENT_NAMESPACE, KLUSTERLET } from './objects.ts';
import { strangeRequests, toldRequest } from './strange-requests.ts';
import { anywhere, merging, reading, resourceOf, rightsTo, watching } from '../rights.ts';
import { JOIN_SECRET } from './join-token.ts';
import { SIGNER } from './oddities-of-request.ts';
import { joiningPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** The hub trusts the spoke's agent: its certificate is approved, and the ManagedCluster accepted. Through the API alone: clusteradm accept is not repeatable. */
export const spokeAccepted = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(joiningPods(cluster.name), bareStep(fleet, cluster));

const VERIFY_MS = 330_000;

const bareStep = (fleet: Fleet, { name }: Cluster): Step => ({
  id: stepId('ocm/spoke-accepted', name),
  title: `${name} is accepted by the hub`,
  stage: 'Open Cluster Management',
  cluster: name,
  // The Klusterlet's condition about the hub can be 5 minutes old.
  verifyTimeoutMs: VERIFY_MS,
  rights: [
    ...rightsTo(
      `accept ${name} and the certificate request of its agent`,
      fleet.hub,
      watching(managedClusterRef(name)),
      merging(managedClusterRef(name)),
      // OCM's webhook asks for it when a cluster is accepted.
      { verbs: 'update', on: 'managedclusters.register.open-cluster-management.io/accept', name },
      watching(CSR),
      { verbs: 'update', on: `${resourceOf(CSR)}/approval` },
      { verbs: 'approve', on: 'signers.certificates.k8s.io', name: SIGNER },
      // OCM makes the namespace of the cluster when it is accepted.
      watching(anywhere(agentLeaseRef(name))),
      watching(anywhere(spreadWork(name))),
    ),
    ...rightsTo(
      `tell the request of ${name}'s agent from others`,
      name,
      watching(KLUSTERLET),
      watching(AGENT_SECRET),
      reading(JOIN_SECRET),
      { verbs: 'list', on: 'pods', namespace: AGENT_NAMESPACE },
      { verbs: 'get', on: 'pods/log', namespace: AGENT_NAMESPACE },
    ),
  ],
  async check(context) {
    const managed = await readManaged(context, fleet, name);
    const problem = withdrawn(managed, fleet, name);
    if (problem !== undefined) return blocked(problem);
    const again = isJoined(managed) && (await mustAskAgain(context, name));
    const { fit, odd } = pendingRequests(isJoined(managed) && !again ? [] : await requestsOf(context, fleet, name));
    if (fit.length === 0 && odd.length > 0) return blocked(strangeRequests(odd, fleet, name));
    const agents = new Set(fit.map(({ agent }) => agent)).size;
    const warnings = [
      ...(agents > 1 ? [`${agents} agents ask under the name ${name}: the newest of ${name} is approved, the others are left pending`] : []),
      ...odd.map((request) => `left pending, as no agent asks so: ${toldRequest(request)}`),
    ];
    const changes: Change[] = [
      ...(fit.length > 0 || again ? [approval(fleet, name)] : []),
      ...(managed.spec.hubAcceptsClient ? [] : [acceptance(fleet, name)]),
    ];
    if (!managed.spec.hubAcceptsClient) await context.cluster(fleet.hub).rehearse(managedClusterRef(name), ACCEPTED);
    return changes.length === 0 ? inPlace(`ManagedCluster ${name} is accepted`) : change(changes, warnings);
  },
  async foresee() {
    return { changes: [approval(fleet, name), acceptance(fleet, name)] };
  },
  async byHand() {
    return acceptByHand(fleet, name, AWAITED_MS, VERIFY_MS);
  },
  async apply(context) {
    const managed = await readManaged(context, fleet, name);
    const problem = withdrawn(managed, fleet, name);
    if (problem !== undefined) throw new ProblemError(problem);
    // One scalar, so no resourceVersion: the agent writes the status of this object all the time.
    if (!managed.spec.hubAcceptsClient) await context.cluster(fleet.hub).merge(managedClusterRef(name), ACCEPTED);
    const again = isJoined(managed) && (await mustAskAgain(context, name));
    if ((isJoined(managed) && !again) || (await approveAgent(context, fleet, name, again))) return;
    const verdict = await acceptanceVerdict(context, fleet, name);
    if (!verdict.healthy) throw new ProblemError(verdict.problem);
  },
  async verify(context) {
    return acceptanceVerdict(context, fleet, name);
  },
});

const ACCEPTED = { spec: { hubAcceptsClient: true } };

const isJoined = (managed: ManagedCluster): boolean => conditionOf(managed, 'ManagedClusterJoined')?.status === 'True';

/** The hub has it as joined for ever; an agent whose certificate ended has to ask anew all the same. */
const mustAskAgain = async (context: StepContext, name: string): Promise<boolean> =>
  endedCertificate(await agentCertificate(context.cluster(name)), context.clock.now(), []) !== undefined;

const readManaged = async (context: StepContext, fleet: Fleet, name: string): Promise<ManagedCluster> => {
  const found = await readObject(context.cluster(fleet.hub), managedClusterRef(name), managedClusterSchema);
  if (found === undefined) throw new NotYetError(`ManagedCluster ${name} on ${fleet.hub}`);
  return found;
};

const approval = (fleet: Fleet, name: string): Change =>
  changed(fleet, `CertificateSigningRequest of ${name}`, { path: 'status.conditions', to: 'Approved' });
const acceptance = (fleet: Fleet, name: string): Change =>
  changed(fleet, `ManagedCluster ${name}`, { path: 'spec.hubAcceptsClient', from: false, to: true });

const changed = (fleet: Fleet, object: string, field: Change['fields'][number]): Change => ({
  cluster: fleet.hub,
  action: 'change',
  object,
  fields: [field],
});
