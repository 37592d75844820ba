import { healthy, type Verdict } from '../../domain/finding.ts';
import type { Database } from '../../domain/database.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { stepId } from '../../domain/step.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { awaitedStep } from '../awaited-step.ts';
import type { Step, StepContext } from '../context.ts';
import { dnsServiceRef } from '../kubeslice/objects.ts';
import { answersOf } from './slice-answers.ts';
import { type Text, told } from '../../domain/text.ts';
import { rightsTo } from '../rights.ts';
import { DNS_NAMESPACE } from './dns-service.ts';
import { lookUpFromPods, type PodLookup } from './pod-lookups.ts';
import { DNS_GRANTS, lookupRights } from './rights.ts';
import { present } from '../kube/read.ts';
import { clusterDnsPods, workerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const RECHECK_MS = 2_000;

/**
 * Each CoreDNS pod gets its answers under slice.local from KubeSlice, and so do pods of the database as soon as they run, by whatever resolver they
 * ask. KubeSlice's DNS says NOERROR without addresses to a name that nobody exports; a CoreDNS that does not forward says NXDOMAIN or SERVFAIL.
 */
export const sliceNamesResolve = (fleet: Fleet, cluster: Cluster, database?: Database): Step =>
  restingOnPods([...clusterDnsPods(cluster.name), ...workerPods(cluster.name)], bareStep(fleet, cluster, database));

const bareStep = (_fleet: Fleet, { name }: Cluster, database?: Database): Step =>
  awaitedStep({
    id: stepId('coredns/slice-names-resolve', name),
    title: `slice names resolve on ${name}`,
    stage: 'DNS',
    cluster: name,
    verifyTimeoutMs: 180_000,
    rights: [
      ...rightsTo(`ask the DNS of ${name} for a name of the slice`, name, ...DNS_GRANTS, {
        verbs: 'get create',
        on: 'pods/portforward',
        namespace: DNS_NAMESPACE,
      }),
      ...lookupRights(name, database),
    ],
    missing: async (context) =>
      (await present(context.cluster(name), dnsServiceRef)) === undefined
        ? `Service ${dnsServiceRef.namespace}/${dnsServiceRef.name} on ${name}`
        : undefined,
    verify: (context) => resolveVerdict(context, context.cluster(name), database),
  });

const resolveVerdict = async (context: StepContext, cluster: ClusterReader, database: Database | undefined): Promise<Verdict> => {
  const answers = await answersOf(context, cluster);
  const wrong = answers.filter(({ answer }) => answer !== 'NOERROR');
  const unanswered = wrong.find(({ unheard }) => !unheard) ?? wrong[0];
  if (answers.length > 0 && unanswered === undefined) return askedByPods(context, cluster, database, answers.length);
  const waitingFor =
    unanswered === undefined ? 'no ready pod answers DNS' : `pod ${unanswered.pod} answers ${unanswered.answer} to a name under slice.local`;
  if (unanswered?.unheard === true) return notKnown(cluster.name, waitingFor);
  return unresolved(told`slice names do not resolve on ${cluster.name}`, waitingFor, remedyFor(unanswered?.answer, cluster.name));
};

const unresolved = (what: Text, waitingFor: string, remedy: Text): Verdict => ({
  healthy: false,
  waitingFor,
  recheckEveryMs: RECHECK_MS,
  problem: { code: 'PGD-052', what, evidence: [waitingFor], remedy },
});

const notKnown = (cluster: string, waitingFor: string): Verdict => ({
  healthy: false,
  waitingFor,
  recheckEveryMs: RECHECK_MS,
  problem: {
    code: 'PGD-053',
    what: told`Whether slice names resolve on ${cluster} is not known: no DNS pod could be asked`,
    evidence: [waitingFor],
    remedy: told`Ask again. If it stays so, look at the load of the nodes of ${cluster}: its API server or a kubelet is slow.`,
  },
});

/** CoreDNS knows the names: whether what pods ask does so too is for the pods to say. */
const askedByPods = async (context: StepContext, cluster: ClusterReader, database: Database | undefined, coreDnsPods: number): Promise<Verdict> => {
  const evidence = `${coreDnsPods} CoreDNS pods get their answers from KubeSlice`;
  const lookups = database === undefined ? [] : await lookUpFromPods(context, cluster, database);
  const refused = lookups.find(({ kind }) => kind === 'refused');
  const answered = lookups.find(({ kind }) => kind === 'answered');
  if (refused !== undefined) return notFromPods(cluster.name, refused);
  if (answered !== undefined) return healthy(`${evidence}, and pod ${answered.pod} gets them from ${answered.resolver}`);
  const [mute] = lookups;
  if (mute === undefined) return healthy(`${evidence}; no pod of a database runs there that could ask as pods do`);
  return healthy(evidence, [`whether pods of ${cluster.name} get these answers too is not known: pod ${mute.pod} could not be asked (${mute.told})`]);
};

const notFromPods = (cluster: string, { pod, resolver, told: answer }: PodLookup): Verdict => {
  const waitingFor = `pod ${pod} asks ${resolver}, which gives ${answer} for a name under slice.local, although CoreDNS knows these names`;
  return unresolved(
    told`slice names do not resolve in pods on ${cluster}`,
    waitingFor,
    told`Find what answers at ${resolver} on the nodes of ${cluster}, a DNS cache as a rule, and have it forward slice.local to CoreDNS or to KubeSlice's DNS.`,
  );
};

const remedyFor = (answer: string | undefined, cluster: string): Text => {
  if (answer === undefined) return told`Bring the DNS of ${cluster} back first.`;
  if (answer === 'NXDOMAIN' || answer === 'REFUSED')
    return told`CoreDNS of ${cluster} does not forward slice.local: deploy again; a node cache or another DNS may sit in front.`;
  return told`CoreDNS does not reach KubeSlice's DNS, or does not forward: look at pods app=kubeslice-dns in kubeslice-system on ${cluster}.`;
};
