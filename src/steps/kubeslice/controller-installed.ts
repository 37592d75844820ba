import { unreachableWebhook } from '../../domain/unreachable-webhook.ts';
import { change, healthy, type Verdict } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byTyping, byWords, NotYetError, type ProblemCode, type Remedy } from '../../domain/problem.ts';
import { helmIn, kubectlIn, kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { ClusterRefusedError, DryRunFailedError, WebhookNotYetError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Step, StepContext } from '../context.ts';
import { established } from '../by-hand/lines.ts';
import { helmStep } from '../helm-release.ts';
import { isTrue } from '../kube/conditions.ts';
import { deploymentsIn, isRolledOut, rolloutText, workloadsOf } from '../kube/deployments.ts';
import { definitionSchema } from '../kube/objects.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { listObjects, readObject } from '../kube/read.ts';
import { manifestWorkReplicaSetSchema } from '../ocm/objects.ts';
import { CLUSTER_ROLE, firstMissingRole, spreadTold, spreadWorkRef } from '../ocm/spread.ts';
import { withStandingTrouble } from '../standing-trouble.ts';
import { CONTROLLER_NAMESPACE, controllerRef, RELEASE, STAGE } from './objects.ts';
import { projectManifest } from './project-ready.ts';
import { release, releaseChange, heldControllerRights } from './render-guard.ts';
import { anywhere, applying, rightsTo, watching } from '../rights.ts';
import { KUBESLICE_CHART } from '../installer-rights.ts';
import { controllerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const DEFINITIONS = [
  ...['projects', 'clusters', 'sliceconfigs'].map((plural) => `${plural}.controller.kubeslice.io`),
  ...['workersliceconfigs', 'workerslicegateways'].map((plural) => `${plural}.worker.kubeslice.io`),
];
export const AGENT = {
  apiVersion: 'work.open-cluster-management.io/v1alpha1',
  kind: 'ManifestWorkReplicaSet',
  namespace: CONTROLLER_NAMESPACE,
  name: 'kubeslice-agent',
} as const;
const RECHECK_MS = 2_000;
const VERIFY_MS = 600_000;

/** KubeSlice's controller runs on the hub with its OCM add-on, its webhooks answer, and every spoke's work agent has the rights that workers need. */
export const controllerInstalled = (fleet: Fleet): Step => restingOnPods(controllerPods(fleet), bareStep(fleet));

const bareStep = (fleet: Fleet): Step => {
  const step = helmStep({
    id: 'kubeslice/controller-installed',
    title: `KubeSlice's controller runs on ${fleet.hub}`,
    stage: STAGE,
    cluster: fleet.hub,
    verifyTimeoutMs: VERIFY_MS,
    rights: [
      ...rightsTo(
        "see KubeSlice's controller at work",
        fleet.hub,
        ...workloadsOf(CONTROLLER_NAMESPACE),
        watching({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }),
        watching(AGENT),
        watching(anywhere(spreadWorkRef('', AGENT.name))),
        // A dry run of the Project asks its webhook.
        applying(projectManifest(fleet)),
      ),
      ...fleet.clusters.flatMap(({ name }) => rightsTo("see the rights of KubeSlice's workers arrive", name, watching(CLUSTER_ROLE))),
      ...heldControllerRights(fleet),
    ],
    chartRights: KUBESLICE_CHART,
    release: RELEASE,
    namespace: CONTROLLER_NAMESPACE,
    chart: fleet.kubeslice.chart,
    version: fleet.kubeslice.version,
    // The guide's `loglevel` is no key of the chart; the prefixes must keep the chart's defaults, so they are not set.
    values: () => ({ kubeslice: { controller: { logLevel: 'info', endpoint: fleet.hubApiServer } }, ocm: { enabled: true } }),
    awaitedByHand: established(fleet, DEFINITIONS, VERIFY_MS),
    required: ['ocm.enabled'],
    problemCode: 'PGD-030',
    verify: (context) => controllerVerdict(context, fleet),
  });
  return {
    ...step,
    async check(context) {
      const finding = await step.check(context);
      const held = await releaseChange(context, fleet);
      if (held === undefined || finding.kind === 'blocked' || finding.kind === 'later') return finding;
      return change([...(finding.kind === 'change' ? finding.changes : []), held], finding.warnings);
    },
    async apply(context) {
      await release(context.cluster(fleet.hub));
      await step.apply(context);
    },
  };
};

const controllerVerdict = async (context: StepContext, fleet: Fleet): Promise<Verdict> => {
  const hub = context.cluster(fleet.hub);
  const unhealthy = (
    waitingFor: string,
    evidence: readonly string[],
    remedy: Remedy,
    recheckEveryMs?: number,
    problemCode: ProblemCode = 'PGD-030',
  ): Verdict => ({
    healthy: false,
    waitingFor,
    problem: { code: problemCode, what: told`KubeSlice's controller on ${fleet.hub} is not healthy`, evidence: [waitingFor, ...evidence], ...remedy },
    ...(recheckEveryMs === undefined ? {} : { recheckEveryMs }),
  });

  const deployment = (await deploymentsIn(hub, CONTROLLER_NAMESPACE)).find(({ metadata }) => metadata.name === controllerRef.name);
  if (deployment === undefined || deployment.spec.replicas === 0 || !isRolledOut(deployment)) {
    const seen = deployment === undefined ? ' does not exist' : `: ${rolloutText(deployment)}`;
    const remedy = byTyping(
      told`Look at its pods: OOMKilled needs a higher memory limit than 128Mi, an image error a registry that the nodes reach:`,
      kubectlIn(fleet.hub, CONTROLLER_NAMESPACE, 'describe pods'),
    );
    const troubles = await podTroubles(hub, CONTROLLER_NAMESPACE);
    return unhealthy(withStandingTrouble(`Deployment ${controllerRef.name}${seen}`, troubles), troubles, remedy);
  }
  const definitions = await listObjects(hub, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }, definitionSchema);
  const established = new Set(
    definitions
      .filter((definition) => definition.metadata.deletionTimestamp === undefined && isTrue(definition, 'Established'))
      .map(({ metadata }) => metadata.name),
  );
  const absent = DEFINITIONS.filter((name) => !established.has(name));
  if (absent.length > 0)
    return unhealthy(
      `CustomResourceDefinition ${absent[0]} is not established, or is being deleted`,
      [],
      byTyping(
        told`Its CRDs are incomplete: find out who removed them, then upgrade the release again:`,
        helmIn(fleet.hub, CONTROLLER_NAMESPACE, `history ${RELEASE}`),
      ),
    );
  const silence = await webhookSilence(hub, fleet);
  if (silence !== undefined)
    return unhealthy(
      `KubeSlice's webhook does not answer`,
      [silence.words],
      silence.words.includes('x509')
        ? byTyping(
            told`Wait two minutes: helm gave the webhook a new certificate, which the controller reads later. If it stays so, restart it:`,
            kubectlIn(fleet.hub, CONTROLLER_NAMESPACE, `rollout restart deploy/${controllerRef.name}`),
          )
        : byWords(told`Check that the API server of ${fleet.hub} reaches pods of ${CONTROLLER_NAMESPACE} (port 9443).`),
      RECHECK_MS,
      silence.known ? 'PGD-030' : 'PGD-089',
    );
  const remedy = byTyping(
    told`Check that every cluster is accepted and Available in OCM, in ManagedClusterSet global, and that the hub has feature gate ManifestWorkReplicaSet:`,
    kubectlOn(fleet.hub, 'get managedclusters'),
    kubectlOn(fleet.hub, 'get clustermanager cluster-manager -o yaml'),
  );
  const agent = await readObject(hub, AGENT, manifestWorkReplicaSetSchema);
  if (agent === undefined)
    return withoutRights(
      fleet.hub,
      `ManifestWorkReplicaSet ${AGENT.namespace}/${AGENT.name} does not exist on ${fleet.hub}`,
      [],
      byTyping(told`Find out who deleted it, then install the release again:`, helmIn(fleet.hub, CONTROLLER_NAMESPACE, `rollback ${RELEASE}`)),
    );
  const missing = await firstMissingRole(context, fleet, agent);
  if (missing !== undefined) {
    const { cluster, role } = missing;
    const waitingFor = `ClusterRole ${role} is not on ${cluster} yet`;
    return withoutRights(cluster, waitingFor, [await spreadTold(hub, cluster, AGENT.name)], remedy);
  }
  return healthy(
    `Deployment ${controllerRef.name} is available, its webhook answers, agents' rights are on ${fleet.clusters.map(({ name }) => name).join(', ')}`,
  );
};

/** The controller is well; what its chart spreads to the spokes did not arrive. */
const withoutRights = (cluster: string, waitingFor: string, evidence: readonly string[], remedy: Remedy): Verdict => ({
  healthy: false,
  waitingFor,
  problem: {
    code: 'PGD-039',
    cluster,
    what: told`work agents lack their rights on the slice: exported names do not reach ${cluster}`,
    evidence: [waitingFor, ...evidence],
    ...remedy,
  },
});

interface Silence {
  readonly words: string;
  /** False where nothing came in time: the API server may be slow and the webhook well. */
  readonly known: boolean;
}

/** What a dry run of the Project meets if it is not an answer of the webhook: yes and no are both answers. */
const webhookSilence = async (hub: ClusterReader, fleet: Fleet): Promise<Silence | undefined> => {
  try {
    await hub.diff(projectManifest(fleet));
    return undefined;
  } catch (error) {
    if (error instanceof WebhookNotYetError) return { words: error.obstacle, known: true };
    if (error instanceof DryRunFailedError) return { words: error.message, known: false };
    if (error instanceof NotYetError) return { words: error.message, known: true };
    if (error instanceof ClusterRefusedError)
      return unreachableWebhook(error.message) !== undefined ? { words: error.message, known: true } : undefined;
    throw error;
  }
};
