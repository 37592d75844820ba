import { bash, type Bash, type ByHand, joinedBy, words } from '../../domain/by-hand.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import { applied, awaited, kubectl, rolesByHand, rolledOut } from '../by-hand/lines.ts';
import { AGENT } from './controller-installed.ts';
import { ADD_ON, CONTROLLER_NAMESPACE, controllerRef, operatorRef, WORK, WORKER_NAMESPACE } from './objects.ts';
import { FORMER_REPLICAS } from './render-guard.ts';

/** The add-ons, once the work agents have their rights, with KubeSlice's controller held at 0 until OCM has answered each: so that no worker is rendered without its name. */
export const renderByHand = (fleet: Fleet, addOns: readonly Manifest[], timeoutMs: number): ByHand => {
  const { hub } = fleet;
  const there = addOns.map(
    ({ metadata }): Bash => bash`exists ${kubectl(fleet, hub, metadata.namespace)} get managedclusteraddon ${ADD_ON} || hold=yes`,
  );
  const answered = addOns.map(({ metadata }) =>
    awaited(`jsonpath={.status.configReferences[?(@.resource=="clusters")].desiredConfig.name}=${metadata.namespace ?? ''}`, {
      fleet,
      cluster: hub,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      object: `managedclusteraddon/${ADD_ON}`,
      timeoutMs: REFERENCES_MS,
    }),
  );
  return {
    does: [
      ...rolesByHand(fleet, AGENT, timeoutMs),
      bash`hold=
${joinedBy('\n', there)}
if [ -n "$hold" ]; then hold_controller ${controllerRef.name} ${FORMER_REPLICAS} ${kubectl(fleet, hub, CONTROLLER_NAMESPACE)}; fi`,
      ...addOns.map((manifest) => applied(fleet, hub, manifest)),
      bash`if [ -n "$hold" ]; then
  ${joinedBy('\n', answered)}
  release_controller
fi`,
    ],
    awaits: [
      rolledOut(fleet, hub, CONTROLLER_NAMESPACE, timeoutMs),
      ...addOns.map(({ metadata: { namespace = '' } }) =>
        awaited('create', { fleet, cluster: hub, namespace, object: `manifestwork/${WORK}`, timeoutMs }),
      ),
    ],
  };
};

const REFERENCES_MS = 120_000;

/** A worker that was rendered without its name is removed, and OCM made to apply the hub's rendering again. */
export const nameByHand = (fleet: Fleet, name: string, jobs: readonly string[], healed: string, timeoutMs: number): ByHand => {
  const spoke = kubectl(fleet, name, WORKER_NAMESPACE);
  const arrived = awaited('create', { fleet, cluster: name, namespace: WORKER_NAMESPACE, object: `deployment/${operatorRef.name}`, timeoutMs });
  return {
    does: [],
    awaits: [
      arrived,
      bash`rendered=$(${spoke} get deployment ${operatorRef.name} -o ${'jsonpath={.spec.template.spec.containers[*].env[?(@.name=="CLUSTER_NAME")].value}'})
if [ "$rendered" != ${name} ]; then
  say ${`KubeSlice's worker on ${name} was rendered without its name: it is removed, and OCM makes it again`}
  run ${spoke} delete job ${words(...jobs)} --ignore-not-found
  run ${spoke} delete deployment ${operatorRef.name}
  run ${kubectl(fleet, fleet.hub, name)} label manifestwork ${WORK} ${`${healed}=`}"$(date +%s)" --overwrite
  ${arrived}
fi`,
    ],
  };
};

/** Registered and well, as the worker itself reports to the hub. */
export const healthByHand = (fleet: Fleet, name: string, timeoutMs: number): ByHand => {
  const registration = {
    fleet,
    cluster: fleet.hub,
    namespace: projectNamespace(fleet),
    object: `clusters.controller.kubeslice.io/${name}`,
    timeoutMs,
  };
  return {
    does: [],
    awaits: [
      awaited('condition=Available', { fleet, cluster: name, namespace: WORKER_NAMESPACE, object: `deployment/${operatorRef.name}`, timeoutMs }),
      awaited('jsonpath={.status.registrationStatus}=Registered', registration),
      awaited('jsonpath={.status.clusterHealth.clusterHealthStatus}=Normal', registration),
    ],
  };
};
