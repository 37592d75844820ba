import { healthy, type Verdict } from '../../domain/finding.ts';
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
import { DNS_GRANTS } from './rights.ts';
import { clusterDnsPods, workerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const RECHECK_MS = 2_000;

/**
 * Each CoreDNS pod gets its answers under slice.local from KubeSlice. KubeSlice's DNS says NOERROR without addresses to a name that nobody exports;
 * a CoreDNS that does not forward says NXDOMAIN or SERVFAIL.
 */
export const sliceNamesResolve = (fleet: Fleet, cluster: Cluster): Step =>
  restingOnPods([...clusterDnsPods(cluster.name), ...workerPods(cluster.name)], bareStep(fleet, cluster));

const bareStep = (_fleet: Fleet, { name }: Cluster): Step =>
  awaitedStep({
    id: stepId('coredns/slice-names-resolve', name),
    title: `slice names resolve on ${name}`,
    stage: 'DNS',
    cluster: name,
    verifyTimeoutMs: 180_000,
    usualMs: 5_000,
    rights: rightsTo(`ask the DNS of ${name} for a name of the slice`, name, ...DNS_GRANTS, {
      verbs: 'get create',
      on: 'pods/portforward',
      namespace: DNS_NAMESPACE,
    }),
    missing: async (context) =>
      (await context.cluster(name).read(dnsServiceRef)) === undefined
        ? `Service ${dnsServiceRef.namespace}/${dnsServiceRef.name} on ${name}`
        : undefined,
    verify: (context) => resolveVerdict(context, context.cluster(name)),
  });

const resolveVerdict = async (context: StepContext, cluster: ClusterReader): Promise<Verdict> => {
  const answers = await answersOf(context, cluster);
  const unanswered = answers.find(({ answer }) => answer !== 'NOERROR');
  if (answers.length > 0 && unanswered === undefined) return healthy(`${answers.length} CoreDNS pods get their answers from KubeSlice`);
  const waitingFor =
    unanswered === undefined ? 'no ready pod answers DNS' : `pod ${unanswered.pod} answers ${unanswered.answer} to a name under slice.local`;
  return {
    healthy: false,
    waitingFor,
    recheckEveryMs: RECHECK_MS,
    problem: {
      code: 'PGD-052',
      what: told`slice names do not resolve on ${cluster.name}`,
      evidence: [waitingFor],
      remedy: remedyFor(unanswered?.answer, cluster.name),
    },
  };
};

const remedyFor = (answer: string | undefined, cluster: string): Text => {
  if (answer === undefined) return told`Bring the DNS of ${cluster} back first.`;
  if (answer === 'NXDOMAIN' || answer === 'REFUSED')
    return told`CoreDNS of ${cluster} does not forward slice.local: deploy again; a node cache or another DNS may sit in front.`;
  return told`CoreDNS does not reach KubeSlice's DNS, or does not forward: look at pods app=kubeslice-dns in kubeslice-system on ${cluster}.`;
};
