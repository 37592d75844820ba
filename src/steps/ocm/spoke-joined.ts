import { blocked, change, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { byTyping, type Problem, ProblemError } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlIn, kubectlOn } from '../../domain/terminal.ts';
import { code, plainText, told } from '../../domain/text.ts';
import type { Step, StepContext } from '../context.ts';
import { conditionOf, toldCondition } from '../kube/conditions.ts';
import { readIfServed } from '../kube/read.ts';
import { deletionAt } from '../kube/terminating.ts';
import { AGENT_SECRET, agentCertificate, endedCertificate } from './agent-certificate.ts';
import { hubConnectionOf } from './hub-connection.ts';
import { joinByHand } from './join-by-hand.ts';
import { join, JOIN_TOKEN, joinCommand, joinRights } from './join.ts';
import { AGENT_NAMESPACE, type Klusterlet, KLUSTERLET, klusterletSchema, managedClusterRef, managedClusterSchema } from './objects.ts';
import { changesTo } from './work-configuration.ts';
import { reading, rightsTo, watching } from '../rights.ts';
import { joiningPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** What the two clusters say about the membership. */
type Membership =
  | { readonly kind: 'joined'; readonly evidence: string }
  | { readonly kind: 'to-join' }
  | { readonly kind: 'to-join-again'; readonly why: string; readonly klusterlet: Klusterlet }
  | { readonly kind: 'taken'; readonly problem: Problem };

/** The spoke's agent is registered on the hub under the spoke's name. Joined again only when the agent's token is gone before it had a certificate. */
export const spokeJoined = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(joiningPods(cluster.name), bareStep(fleet, cluster));

const VERIFY_MS = 240_000;

const bareStep = (fleet: Fleet, { name }: Cluster): Step => ({
  id: stepId('ocm/spoke-joined', name),
  title: `${name} is joined to the hub`,
  stage: 'Open Cluster Management',
  cluster: name,
  // An agent that was restarted waits up to 163 s for the lease of its predecessor.
  verifyTimeoutMs: VERIFY_MS,
  rights: [
    ...rightsTo(`tell whether ${name} is joined`, name, watching(KLUSTERLET), watching(AGENT_SECRET)),
    ...rightsTo(`tell whether ${name} is joined`, fleet.hub, watching(managedClusterRef(name)), reading(hubNamespaceRef(name))),
    ...joinRights(fleet, name),
  ],
  async check(context) {
    const membership = await membershipOf(context, fleet, name);
    if (membership.kind === 'taken') return blocked(membership.problem);
    if (membership.kind === 'joined') return inPlace(membership.evidence);
    const again = membership.kind === 'to-join-again' ? membership : undefined;
    return change([
      {
        cluster: name,
        action: again === undefined ? 'install' : 'change',
        object: `Klusterlet ${KLUSTERLET.name}`,
        command: joinCommand(fleet, name),
        fields: [
          JOIN_TOKEN,
          ...(again === undefined ? [{ path: 'spec.clusterName', to: name }] : []),
          { path: 'hubApiServer', to: fleet.hubApiServer },
          { path: 'bundleVersion', to: fleet.ocm.bundleVersion },
          ...changesTo(again?.klusterlet.spec.workConfiguration ?? { featureGates: [] }),
        ],
        ...(again === undefined ? {} : { impact: told`joins again: ${again.why}` }),
      },
    ]);
  },
  async byHand() {
    return joinByHand(fleet, name, VERIFY_MS);
  },
  async apply(context) {
    const membership = await membershipOf(context, fleet, name);
    if (membership.kind === 'taken') throw new ProblemError(membership.problem);
    if (membership.kind !== 'joined') await join(context, fleet, name);
  },
  async verify(context): Promise<Verdict> {
    const [klusterlet, managed] = await Promise.all([readKlusterlet(context, name), readManaged(context, fleet, name)]);
    if (klusterlet === undefined) return managed === undefined ? notJoined(name, `there is no Klusterlet on ${name}`, []) : agentRemoved(fleet, name);
    if (klusterlet.spec.clusterName !== name)
      return { healthy: false, waitingFor: 'another name', problem: otherName(name, klusterlet), final: true };
    if (managed !== undefined) return healthy(`Klusterlet and ManagedCluster ${name} exist`);
    const connection = hubConnectionOf(klusterlet, fleet, name);
    const waitingFor = `no ManagedCluster ${name} on the hub`;
    if (connection.kind === 'broken')
      return {
        healthy: false,
        waitingFor: `${waitingFor}: ${plainText(connection.problem.what)}`,
        problem: connection.problem,
        ...(isFresh(klusterlet, context.clock.now()) ? { patienceMs: FRESH_PATIENCE_MS } : {}),
      };
    const applied = conditionOf(klusterlet, 'Applied');
    const evidence = [
      ...('told' in connection ? [connection.told] : ['the agent has not reported its connection to the hub']),
      ...(applied?.status === 'False' ? [toldCondition(applied)] : []),
    ];
    return notJoined(name, waitingFor, evidence);
  },
});

/**
 * An agent that was just made has no predecessor whose lease it waits for, and what it says of the way to the hub is new: by the time that it
 * tells of a dial that timed out it has tried for 30 s.
 */
const FRESH_MS = 120_000;
const FRESH_PATIENCE_MS = 20_000;
const isFresh = ({ metadata: { creationTimestamp } }: Klusterlet, now: Date): boolean =>
  creationTimestamp !== undefined && now.getTime() - Date.parse(creationTimestamp) < FRESH_MS;

const membershipOf = async (context: StepContext, fleet: Fleet, name: string): Promise<Membership> => {
  const hub = context.cluster(fleet.hub);
  const deletions = [deletionAt(context.cluster(name), KLUSTERLET), deletionAt(hub, managedClusterRef(name)), deletionAt(hub, hubNamespaceRef(name))];
  const problem = (await Promise.all(deletions)).find((one) => one !== undefined);
  if (problem !== undefined) return { kind: 'taken', problem };
  const [klusterlet, managed, certificate] = await Promise.all([
    readKlusterlet(context, name),
    readManaged(context, fleet, name),
    agentCertificate(context.cluster(name)),
  ]);
  if (klusterlet === undefined) {
    return managed === undefined ? { kind: 'to-join' } : { kind: 'taken', problem: nameTaken(fleet, name) };
  }
  if (klusterlet.spec.clusterName !== name) return { kind: 'taken', problem: otherName(name, klusterlet) };
  const connection = hubConnectionOf(klusterlet, fleet, name);
  if (connection.kind === 'needs-join') return { kind: 'to-join-again', why: connection.told, klusterlet };
  const ended = endedCertificate(certificate, context.clock.now(), []);
  if (ended !== undefined) return { kind: 'to-join-again', why: plainText(ended.what), klusterlet };
  if (connection.kind === 'connected' && managed === undefined) return { kind: 'taken', problem: otherHub(fleet, name) };
  return { kind: 'joined', evidence: `Klusterlet has the cluster name ${name}` };
};

/** The hub keeps what is meant for a cluster in the namespace of its name. */
const hubNamespaceRef = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name }) as const;
const readKlusterlet = (context: StepContext, name: string): Promise<Klusterlet | undefined> =>
  readIfServed(context.cluster(name), KLUSTERLET, klusterletSchema);
const readManaged = (context: StepContext, fleet: Fleet, name: string) =>
  readIfServed(context.cluster(fleet.hub), managedClusterRef(name), managedClusterSchema);

/** A member of the hub without an agent: what was applied there runs on, and nothing changes it any more. */
const agentRemoved = (fleet: Fleet, name: string): Verdict => ({
  healthy: false,
  waitingFor: `there is no Klusterlet on ${name}`,
  problem: {
    code: 'PGD-021',
    what: told`OCM's agent was removed from ${name}, which ${fleet.hub} still has as a member`,
    evidence: [`there is no Klusterlet on ${name}`, `ManagedCluster ${name} exists on ${fleet.hub}`],
    ...byTyping(
      told`Ask who removed it and why. What runs on ${name} runs on; join it again under the same name (clusteradm join, as ${code('/pgdist export')} writes it). Do not delete ManagedCluster ${name} while replicas are there: its works go with it, and with them pods and volumes. These are:`,
      kubectlIn(fleet.hub, name, 'get manifestworks'),
    ),
  },
});

const notJoined = (name: string, waitingFor: string, evidence: readonly string[]): Verdict => ({
  healthy: false,
  waitingFor,
  problem: {
    code: 'PGD-021',
    what: told`${name} did not register on the hub`,
    evidence: [waitingFor, ...evidence],
    ...byTyping(
      told`Look at the log of its registration agent, and at the webhooks of the hub, then retry:`,
      kubectlIn(name, AGENT_NAMESPACE, 'logs deploy/klusterlet-registration-agent --tail=100'),
    ),
  },
});

const otherName = (name: string, klusterlet: Klusterlet): Problem => ({
  code: 'PGD-022',
  what: told`${name} is registered as ${klusterlet.spec.clusterName === '' ? 'a cluster without a name' : klusterlet.spec.clusterName}`,
  evidence: [`Klusterlet.spec.clusterName on ${name} is ${JSON.stringify(klusterlet.spec.clusterName)}`],
  remedy: told`Name the cluster ${klusterlet.spec.clusterName} in pgdist.yaml, or detach it first (clusteradm unjoin): joining it under a second name would orphan the first.`,
});

const nameTaken = (fleet: Fleet, name: string): Problem => ({
  code: 'PGD-022',
  what: told`the hub knows another cluster as ${name}`,
  evidence: [`ManagedCluster ${name} exists on ${fleet.hub}`, `${name} itself has no Klusterlet`],
  ...byTyping(
    told`If the ManagedCluster is left from an earlier life of this cluster and no replica is on it (its works go with it, and with them pods and volumes), delete it on the hub as below; else choose another name in pgdist.yaml, since two clusters of one name would share a namespace.`,
    kubectlOn(fleet.hub, `delete managedcluster ${name}`),
  ),
});

const otherHub = (fleet: Fleet, name: string): Problem => ({
  code: 'PGD-022',
  what: told`${name} is registered on another hub`,
  evidence: ['its Klusterlet reports a working connection to its hub', `${fleet.hub} has no ManagedCluster ${name}`],
  remedy: told`Detach ${name} from its hub first (clusteradm unjoin), then plan again.`,
});
