import { createHash } from 'node:crypto';
import { blocked, type Change, change, type FieldChange, type Finding, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Database } from '../../domain/database.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { byDeploy, byTyping, type Problem, ProblemError, type Remedy } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { plainText, told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import type { Step, StepContext } from '../context.ts';
import { deploymentsIn, isRolledOut } from '../kube/deployments.ts';
import { presentSoFar } from '../foresee.ts';
import { present } from '../kube/read.ts';
import { dnsServiceRef } from '../kubeslice/objects.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { DNS_NAMESPACE } from './dns-service.ts';
import { findForwardTarget, type ForwardTarget, sliceDnsAddress } from './forward-target.ts';
import { forwardByHand } from './forward-by-hand.ts';
import { sliceAnswers } from './slice-answers.ts';
import { rightsTo } from '../rights.ts';
import { DNS_GRANTS, EDIT_GRANTS, lookupRights } from './rights.ts';
import { BEFORE, textKept, textKeptTold } from './before-edit.ts';
import { cacheInFront } from './cache-in-front.ts';
import { clusterDnsPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** On the Deployment's pod template: what the pods were restarted for. */
const RESTARTED_FOR = 'pgdist/slice-forward';

/** CoreDNS of the cluster sends names under slice.local to KubeSlice's DNS. */
export const sliceNamesForwarded = (fleet: Fleet, cluster: Cluster, database?: Database): Step =>
  restingOnPods(clusterDnsPods(cluster.name), bareStep(fleet, cluster, database));

const VERIFY_MS = 180_000;

const bareStep = (fleet: Fleet, { name }: Cluster, database?: Database): Step => ({
  id: stepId('coredns/slice-names-forwarded', name),
  title: `CoreDNS of ${name} forwards slice names`,
  stage: 'DNS',
  cluster: name,
  verifyTimeoutMs: VERIFY_MS,
  rights: [...rightsTo(`have the DNS of ${name} forward names of the slice`, name, ...DNS_GRANTS, ...EDIT_GRANTS), ...lookupRights(name, database)],
  async check(context): Promise<Finding> {
    const cluster = context.cluster(name);
    const address = await sliceDnsAddress(cluster);
    const target = await findForwardTarget(cluster, address);
    if ('code' in target && !(await answersWithout(context, cluster, target))) return blocked(target);
    const cache = await cacheInFront(context, cluster, address, database);
    if (cache !== undefined) return blocked(cache);
    if ('code' in target) return inPlace(`CoreDNS of ${name} forwards slice.local`, [plainText(target.what)]);
    const changes = [...edit(name, target, address), ...(await restart(cluster, target, address))];
    await rehearsed(cluster, target, address, changes);
    return changes.length === 0 ? inPlace(`${target.configMap} forwards slice.local to ${address}`) : change(changes);
  },
  async foresee(context) {
    const target = await presentSoFar(() => findForwardTarget(context.cluster(name), UNKNOWN_ADDRESS));
    if (target === undefined) return { changes: [] };
    if ('code' in target)
      return { changes: [], warnings: [`${plainText(target.what)}: unless that changes, the deploy stops there (${target.code})`] };
    const [text, pods] = [edit(name, target, UNKNOWN_ADDRESS), await restart(context.cluster(name), target, UNKNOWN_ADDRESS)];
    return { changes: [...text, ...pods].map(withoutAddress(name)) };
  },
  async byHand(context) {
    const target = await presentSoFar(() => findForwardTarget(context.cluster(name), UNKNOWN_ADDRESS));
    return forwardByHand({ fleet, cluster: name, target, address: UNKNOWN_ADDRESS, restartedFor: RESTARTED_FOR, timeoutMs: VERIFY_MS });
  },
  async apply(context) {
    const cluster = context.cluster(name);
    const address = await sliceDnsAddress(cluster);
    const target = await findForwardTarget(cluster, address);
    if ('code' in target) {
      if (await answersWithout(context, cluster, target)) return;
      throw new ProblemError(target);
    }
    if (edit(name, target, address).length > 0) {
      const { ref, patch } = writtenOf(target);
      if (target.resourceVersion === undefined) await cluster.create(madeOf(target));
      else await cluster.merge(ref, patch, { resourceVersion: target.resourceVersion });
    }
    const edited = await findForwardTarget(cluster, address);
    if ('code' in edited || (await restart(cluster, edited, address)).length === 0) return;
    await cluster.merge(deploymentRef(edited), restartOf(edited, address));
  },
  verify: (context) => forwardVerdict(context, name, database),
});

const writtenOf = (target: ForwardTarget) => ({
  ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: DNS_NAMESPACE, name: target.configMap },
  patch: { metadata: textKept(target), data: { [target.key]: target.wanted } },
});
const madeOf = (target: ForwardTarget): Manifest => {
  const { ref, patch } = writtenOf(target);
  const { apiVersion, kind, ...place } = ref;
  return { apiVersion, kind, metadata: { ...place, ...patch.metadata }, data: patch.data };
};
const deploymentRef = ({ deployment }: ForwardTarget) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: DNS_NAMESPACE, name: deployment });
const restartOf = (target: ForwardTarget, address: string) => ({
  spec: { template: { metadata: { annotations: { [RESTARTED_FOR]: hashOf(target, address) } } } },
});

/** What a rule of the cluster forbids is found before anybody approves it. */
const rehearsed = async (cluster: ClusterReader, target: ForwardTarget, address: string, changes: readonly Change[]): Promise<void> => {
  const { ref, patch } = writtenOf(target);
  if (changes.some(({ action }) => action === 'change')) await cluster.rehearse(ref, patch);
  if (changes.some(({ action }) => action === 'create')) await cluster.diff(madeOf(target));
  if (changes.some(({ action }) => action === 'restart')) await cluster.rehearse(deploymentRef(target), restartOf(target, address));
};

/** Stands for the address of KubeSlice's DNS before there is one: of the range that RFC 5737 keeps for documentation. */
const UNKNOWN_ADDRESS = '192.0.2.53';

const withoutAddress =
  (cluster: string) =>
  (change: Change): Change => ({
    ...change,
    fields: change.fields.map((field): FieldChange => {
      const { to: _, ...rest } = field;
      const address = `ClusterIP of Service ${dnsServiceRef.namespace}/${dnsServiceRef.name} on ${cluster}`;
      if (field.later !== undefined || field.path.startsWith('metadata.')) return field;
      return { ...rest, later: change.action === 'restart' ? `hash of place and ${address}` : address };
    }),
  });

/** Its owner has arranged it. A Corefile with which CoreDNS does not start is no arrangement: what answers is from before, until the next restart. */
const answersWithout = async (context: StepContext, cluster: ClusterReader, { code }: Problem): Promise<boolean> =>
  code !== 'PGD-051' && (await sliceAnswers(context, cluster));

const edit = (cluster: string, target: ForwardTarget, address: string): Change[] => {
  const { configMap, key, text, from, wanted, resourceVersion } = target;
  if (text === wanted) return [];
  const told = { path: `data["${key}"] slice.local:53 forward .`, ...(from === undefined ? {} : { from }), to: address };
  return [
    {
      cluster,
      action: resourceVersion === undefined ? 'create' : 'change',
      object: `ConfigMap ${DNS_NAMESPACE}/${configMap}`,
      fields: [told, ...textKeptTold(target)],
    },
  ];
};

/** A block that pgdist did not write is live already; ours is live for certain after a restart, and CoreDNS without `reload` only then. */
const restart = async (cluster: ClusterReader, target: ForwardTarget, address: string): Promise<Change[]> => {
  const ours = target.annotations[BEFORE] !== undefined || target.text !== target.wanted;
  if (!ours || (await restartedFor(cluster, target.deployment)) === hashOf(target, address)) return [];
  return [
    {
      cluster: cluster.name,
      action: 'restart',
      object: `Deployment ${DNS_NAMESPACE}/${target.deployment}`,
      fields: [{ path: `spec.template.metadata.annotations.${RESTARTED_FOR}`, to: hashOf(target, address) }],
      impact: told`restarts ${target.deployment}: DNS of every workload of ${cluster.name}, one pod after the other`,
    },
  ];
};

const restartedFor = async (cluster: ClusterReader, deployment: string): Promise<string | undefined> => {
  const object = await present(cluster, { apiVersion: 'apps/v1', kind: 'Deployment', namespace: DNS_NAMESPACE, name: deployment });
  const spec = object?.['spec'] as { template?: { metadata?: { annotations?: Record<string, string> } } } | undefined;
  return spec?.template?.metadata?.annotations?.[RESTARTED_FOR];
};

const hashOf = ({ configMap, key }: ForwardTarget, address: string): string =>
  createHash('sha256').update(`${configMap} ${key} ${address}`).digest('hex').slice(0, 16);

const forwardVerdict = async (context: StepContext, name: string, database: Database | undefined): Promise<Verdict> => {
  const cluster = context.cluster(name);
  const unhealthy = (waitingFor: string, evidence: readonly string[], remedy: Remedy): Verdict => ({
    healthy: false,
    waitingFor,
    problem: { code: 'PGD-052', what: told`CoreDNS of ${name} does not forward slice names`, evidence: [waitingFor, ...evidence], ...remedy },
  });
  const address = await sliceDnsAddress(cluster);
  const target = await findForwardTarget(cluster, address);
  const final = (problem: Problem): Verdict => ({ healthy: false, waitingFor: plainText(problem.what), problem, final: true });
  if ('code' in target && !(await answersWithout(context, cluster, target))) return final(target);
  const cache = await cacheInFront(context, cluster, address, database);
  if (cache !== undefined) return final(cache);
  if ('code' in target) return healthy(`CoreDNS of ${name} forwards slice.local`, [plainText(target.what)]);
  if (target.text !== target.wanted)
    return unhealthy(
      `slice.local is forwarded to ${target.from || 'nowhere'}, KubeSlice's DNS is ${address}`,
      [`ConfigMap ${DNS_NAMESPACE}/${target.configMap}, key ${target.key}`],
      byDeploy(told`Deploy again: pgdist puts the address right.`),
    );
  if ((await restart(cluster, target, address)).length > 0)
    return unhealthy(`${target.deployment} was not restarted for its new Corefile`, [], byDeploy(told`Deploy again: pgdist restarts it.`));
  const deployment = (await deploymentsIn(cluster, DNS_NAMESPACE)).find(({ metadata }) => metadata.name === target.deployment);
  if (deployment === undefined || !isRolledOut(deployment))
    return unhealthy(
      `Deployment ${target.deployment} is still rolling out`,
      await podTroubles(cluster, DNS_NAMESPACE),
      byTyping(
        told`Look at its log; the Corefile before pgdist's edit is in annotation ${BEFORE} of ConfigMap ${target.configMap}:`,
        kubectlIn(name, DNS_NAMESPACE, `logs deploy/${target.deployment} --tail=100`),
      ),
    );
  return healthy(`${target.configMap} forwards slice.local to ${address}`);
};
