import { blocked, type Change, change, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import { type Cluster, type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byDeploy, byTyping, NotYetError, type Problem, type Remedy } from '../../domain/problem.ts';
import type { KubeObject, Manifest } from '../../kube-api/objects.ts';
import type { Step, StepContext } from '../context.ts';
import { foreseenApply } from '../foresee.ts';
import { present, unlessLeaving } from '../kube/read.ts';
import { readAs } from '../kube/read-as.ts';
import { deletionAt } from '../kube/terminating.ts';
import { until } from '../until.ts';
import { ADD_ON, addOnRef, addOnSchema, clusterRef, controllerLog, STAGE, WORK, WORKER_NAMESPACE, workerNamespaceRef, workRef } from './objects.ts';
import {
  holdChange,
  mayHoldController,
  willHoldController,
  release,
  releaseChange,
  whileControllerIsHeld,
  heldControllerRights,
} from './render-guard.ts';
import { renderByHand } from './worker-by-hand.ts';
import { renderingFor } from './rendering.ts';
import { kubectlIn, kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { applying, rightsTo, watching, anywhere } from '../rights.ts';
import { agentPods, controllerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** OCM's add-on manager writes the references in less than a second. */
const REFERENCES_MS = 30_000;

/** Every cluster has its add-on, and the hub's rendering of its worker carries the cluster's name and has reached the cluster. */
export const workerRendered = (fleet: Fleet): Step =>
  restingOnPods([...controllerPods(fleet), ...fleet.clusters.flatMap(({ name }) => agentPods(name))], bareStep(fleet));

const VERIFY_MS = 300_000;

const bareStep = (fleet: Fleet): Step => ({
  id: 'kubeslice/worker-rendered',
  title: 'KubeSlice workers are rendered for every cluster',
  stage: STAGE,
  cluster: fleet.hub,
  verifyTimeoutMs: VERIFY_MS,
  rights: [
    ...rightsTo(
      'have workers rendered',
      fleet.hub,
      watching(anywhere(addOnRef(''))),
      applying(anywhere(addOnRef(''))),
      watching(anywhere(clusterRef(fleet, ''))),
      watching(anywhere(workRef(''))),
    ),
    ...heldControllerRights(fleet),
    ...fleet.clusters.flatMap(({ name }) => rightsTo('see what workers are rendered upon', name, watching(workerNamespaceRef))),
  ],
  async check(context) {
    const deletions = await deletionsIn(context, fleet);
    if (deletions.length > 0) return blocked(...deletions);
    const missing = await changesOf(context, fleet);
    const held = await releaseChange(context, fleet);
    if (missing.length === 0) return held === undefined ? inPlace('every cluster has its add-on') : change([held]);
    const guarded = missing.some(({ action }) => action === 'create') && (await mayHoldController(context, fleet));
    if (guarded) return change([...(held === undefined ? [await holdChange(context, fleet)] : [held]), ...missing]);
    return change(missing, [
      "KubeSlice's controller is not pgdist's alone and is not stopped: a worker that is rendered without its name is healed afterwards",
    ]);
  },
  async foresee(context) {
    const hub = context.cluster(fleet.hub);
    const addOns = (await Promise.all(fleet.clusters.map((cluster) => foreseenApply(hub, addOnManifest(fleet, cluster))))).flat();
    const guarded = addOns.some(({ action }) => action === 'create') && (await willHoldController(context, fleet));
    return { changes: [...(guarded ? [await holdChange(context, fleet)] : []), ...addOns] };
  },
  async byHand() {
    return renderByHand(
      fleet,
      fleet.clusters.map((cluster) => addOnManifest(fleet, cluster)),
      VERIFY_MS,
    );
  },
  async apply(context) {
    const missing = await changesOf(context, fleet);
    const create = async (): Promise<void> => {
      await Promise.all(fleet.clusters.map((cluster) => context.cluster(fleet.hub).apply(addOnManifest(fleet, cluster))));
    };
    if (!missing.some(({ action }) => action === 'create') || !(await mayHoldController(context, fleet))) {
      await release(context.cluster(fleet.hub));
      return create();
    }
    await whileControllerIsHeld(context, fleet, async () => {
      await create();
      context.progress('waiting for OCM to answer the add-ons');
      const { apiVersion, kind } = addOnRef('');
      await until(
        context,
        context.cluster(fleet.hub),
        { apiVersion, kind },
        (addOns) => fleet.clusters.every((one) => isAnswered(one, addOns)),
        REFERENCES_MS,
      );
    });
  },
  verify: (context) => renderingVerdict(context, fleet),
});

export const addOnManifest = (fleet: Fleet, { name }: Cluster): Manifest => {
  const { apiVersion, kind, ...metadata } = addOnRef(name);
  return {
    apiVersion,
    kind,
    metadata,
    spec: {
      installNamespace: WORKER_NAMESPACE,
      configs: [{ group: 'controller.kubeslice.io', resource: 'clusters', name, namespace: projectNamespace(fleet) }],
    },
  };
};

/** What is on its way out of that upon which workers are rendered: what is rendered meanwhile is refused there, or goes with it. */
const deletionsIn = async (context: StepContext, fleet: Fleet): Promise<Problem[]> => {
  const hub = context.cluster(fleet.hub);
  const found = await Promise.all(
    fleet.clusters.flatMap(({ name }) => [
      deletionAt(context.cluster(name), workerNamespaceRef),
      deletionAt(hub, addOnRef(name)),
      deletionAt(hub, workRef(name)),
    ]),
  );
  return found.filter((problem) => problem !== undefined);
};

const changesOf = async (context: StepContext, fleet: Fleet): Promise<Change[]> => {
  const hub = context.cluster(fleet.hub);
  const changes = await Promise.all(
    fleet.clusters.map(async (cluster): Promise<Change[]> => {
      // Without its Cluster the add-on would make one itself, with an interface that nobody chose.
      if ((await present(hub, clusterRef(fleet, cluster.name))) === undefined)
        throw new NotYetError(`Cluster ${projectNamespace(fleet)}/${cluster.name} on ${fleet.hub}`);
      const { exists, leaving, changes: fields } = await hub.diff(addOnManifest(fleet, cluster));
      unlessLeaving(leaving, hub.name);
      if (exists && fields.length === 0) return [];
      return [{ cluster: fleet.hub, action: exists ? 'change' : 'create', object: `ManagedClusterAddOn ${cluster.name}/kubeslice`, fields }];
    }),
  );
  return changes.flat();
};

const isAnswered = ({ name }: Cluster, addOns: readonly KubeObject[]): boolean =>
  addOns
    .filter(({ metadata }) => metadata.namespace === name && metadata.name === addOnRef(name).name)
    .flatMap((addOn) => readAs(addOnSchema, addOn, name).status.configReferences)
    .some(({ resource, desiredConfig }) => resource === 'clusters' && desiredConfig.name === name);

const renderingVerdict = async (context: StepContext, fleet: Fleet): Promise<Verdict> => {
  const unhealthy = (cluster: string, waitingFor: string, remedy: Remedy): Verdict => ({
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-034',
      cluster,
      what: told`KubeSlice's worker of ${cluster} is not rendered on ${fleet.hub}`,
      evidence: [waitingFor],
      ...remedy,
    },
  });
  const renderings = await Promise.all(fleet.clusters.map(async ({ name }) => ({ name, rendered: await renderingFor(context, fleet, name) })));
  for (const { name, rendered } of renderings) {
    const work = `ManifestWork ${name}/${WORK}`;
    if (rendered === undefined && (await present(context.cluster(fleet.hub), addOnRef(name))) === undefined)
      return unhealthy(
        name,
        `ManagedClusterAddOn ${name}/${ADD_ON} does not exist, and with it went ${work} and namespace ${WORKER_NAMESPACE} of ${name}`,
        byDeploy(told`Deploy: pgdist makes it again, and KubeSlice renders the worker of ${name} anew. Ask who deleted it and why before.`),
      );
    if (rendered === undefined)
      return unhealthy(
        name,
        `${work} does not exist`,
        byTyping(told`Look at KubeSlice's controller on ${fleet.hub}: it renders the worker when the add-on appears:`, controllerLog(fleet)),
      );
    if (rendered.name !== name)
      return unhealthy(
        name,
        `${work} is rendered for cluster ${JSON.stringify(rendered.name)}`,
        byTyping(told`Check status.configReferences of the add-on:`, kubectlIn(fleet.hub, name, 'get managedclusteraddon kubeslice -o yaml')),
      );
    if (!rendered.takenUp)
      return unhealthy(
        name,
        `the work agent of ${name} has not taken up ${work} yet`,
        byTyping(
          told`Check that ${name} is Available in OCM and that its work agent runs:`,
          kubectlOn(fleet.hub, `get managedcluster ${name}`),
          kubectlIn(name, 'open-cluster-management-agent', 'get pods -o wide'),
        ),
      );
  }
  return healthy(`${fleet.clusters.length} workers are rendered with their names`);
};
