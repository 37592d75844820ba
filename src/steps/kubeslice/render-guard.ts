import type { Change } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { told } from '../../domain/text.ts';
import type { ClusterClient, ClusterReader } from '../../ports/cluster.ts';
import type { ApplyContext, StepContext } from '../context.ts';
import { readHelmRecord } from '../helm-record.ts';
import { type Deployment, deploymentSchema } from '../kube/deployments.ts';
import { presentSoFar } from '../foresee.ts';
import { readObject } from '../kube/read.ts';
import { until } from '../until.ts';
import { ADD_ON, addOnRef, CONTROLLER_NAMESPACE, controllerRef, RELEASE } from './objects.ts';
import type { Right } from '../../domain/right.ts';
import { merging, reading, rightsTo, watching } from '../rights.ts';

/** On the controller's Deployment while it is held at 0: the number of replicas to give back. Exported for tests. */
export const FORMER_REPLICAS = 'pgdist/replicas-before-render';
const OBJECT = `Deployment ${CONTROLLER_NAMESPACE}/${controllerRef.name}`;
/** A controller needs its termination grace period at most. */
const STOP_MS = 45_000;

/**
 * KubeSlice's add-on renders a worker from what OCM has written into the ManagedClusterAddOn at that moment, which as a rule is nothing yet: the worker
 * then has no name and never gets one (kubeslice-controller v2026.1.15, seen 4 times of 4). With the controller away until OCM has answered, the
 * first rendering is the right one. Only a controller that is ours alone is taken away.
 */
export const mayHoldController = async (context: StepContext, fleet: Fleet): Promise<boolean> => {
  const hub = context.cluster(fleet.hub);
  const record = await readHelmRecord(hub, RELEASE, CONTROLLER_NAMESPACE);
  if (record?.ours !== true) return false;
  const { apiVersion, kind } = addOnRef('');
  const { items } = await hub.list({ apiVersion, kind });
  const ours = new Set(fleet.clusters.map(({ name }) => name));
  return items.filter(({ metadata }) => metadata.name === ADD_ON).every(({ metadata }) => ours.has(metadata.namespace ?? ''));
};

const readController = (hub: ClusterReader): Promise<Deployment | undefined> => readObject(hub, controllerRef, deploymentSchema);

/** The same before there is a controller: what pgdist installs is its own. */
export const willHoldController = async (context: StepContext, fleet: Fleet): Promise<boolean> =>
  (await readHelmRecord(context.cluster(fleet.hub), RELEASE, CONTROLLER_NAMESPACE)) === undefined ||
  (await presentSoFar(() => mayHoldController(context, fleet))) === true;

export const holdChange = async (context: StepContext, fleet: Fleet): Promise<Change> => {
  const replicas = (await readController(context.cluster(fleet.hub)))?.spec.replicas ?? CHART_REPLICAS;
  return {
    cluster: fleet.hub,
    action: 'change',
    object: OBJECT,
    fields: [
      { path: 'spec.replicas', from: replicas, to: 0 },
      { path: `metadata.annotations.${FORMER_REPLICAS}`, to: String(replicas) },
    ],
    impact: told`stops KubeSlice's controller for some seconds, until OCM has answered the add-ons, then back to ${replicas}: no worker is rendered without its name`,
  };
};

/** Scales the controller to 0, calls `work`, and scales back whatever happens. */
export const whileControllerIsHeld = async (context: ApplyContext, fleet: Fleet, work: () => Promise<void>): Promise<void> => {
  const hub = context.cluster(fleet.hub);
  const controller = await readController(hub);
  if (controller === undefined) return work();
  const former = String(formerReplicas(controller) ?? controller.spec.replicas);
  // The same client takes and gives back: a write that a cancel cut off could still arrive after it was undone.
  const lasting = context.afterCancel(fleet.hub);
  context.signal.throwIfAborted();
  try {
    await lasting.merge(
      controllerRef,
      { metadata: { annotations: { [FORMER_REPLICAS]: former } }, spec: { replicas: 0 } },
      controller.metadata.resourceVersion === undefined ? {} : { resourceVersion: controller.metadata.resourceVersion },
    );
    context.progress('waiting for KubeSlice’s controller to stop');
    const labelSelector = Object.entries(controller.spec.selector.matchLabels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    await until(
      context,
      hub,
      { apiVersion: 'v1', kind: 'Pod', namespace: CONTROLLER_NAMESPACE, labelSelector },
      (pods) => pods.length === 0,
      STOP_MS,
    );
    await work();
  } finally {
    await release(lasting);
  }
};

/** Undefined unless it is held. What pgdist did not write there stands for the chart's own number: an annotation is anybody's, and so many would start. */
const formerReplicas = (controller: Deployment | undefined): number | undefined => {
  const former = controller?.metadata.annotations[FORMER_REPLICAS];
  if (former === undefined) return undefined;
  return /^\d$/.test(former) ? Number(former) : CHART_REPLICAS;
};
const CHART_REPLICAS = 1;

/** Gives a controller that is held its replicas back; does nothing to any other. */
export const release = async (hub: ClusterClient): Promise<void> => {
  const controller = await readController(hub);
  const former = formerReplicas(controller);
  if (former === undefined) return;
  await hub.merge(controllerRef, { metadata: { annotations: { [FORMER_REPLICAS]: null } }, spec: { replicas: former } });
};

/** What giving it back would change; undefined unless an interrupted run left the controller at 0. */
export const releaseChange = async (context: StepContext, fleet: Fleet): Promise<Change | undefined> => {
  const controller = await readController(context.cluster(fleet.hub));
  const former = formerReplicas(controller);
  if (controller === undefined || former === undefined) return undefined;
  return {
    cluster: fleet.hub,
    action: 'change',
    object: OBJECT,
    fields: [{ path: 'spec.replicas', from: controller.spec.replicas, to: former }],
    impact: told`an interrupted run left the controller stopped`,
    restores: true,
  };
};

/** To hold the controller, and to tell whether it may be held. */
export const heldControllerRights = (fleet: Fleet): Right[] =>
  rightsTo(
    "stop KubeSlice's controller while OCM answers the add-ons",
    fleet.hub,
    reading(controllerRef),
    merging(controllerRef),
    reading({ apiVersion: 'v1', kind: 'Secret', namespace: CONTROLLER_NAMESPACE }),
    watching({ apiVersion: 'v1', kind: 'Pod', namespace: CONTROLLER_NAMESPACE }),
    reading({ apiVersion: 'addon.open-cluster-management.io/v1alpha1', kind: 'ManagedClusterAddOn' }),
  );
