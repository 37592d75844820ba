import { expectedReplicas, type Database } from '../domain/database.ts';
import type { Cluster, Fleet } from '../domain/fleet.ts';
import { parallel, sequence, stepsOf } from '../domain/procedure.ts';
import { neededOn, type NeededRight } from '../domain/right.ts';
import { bundleRights } from '../steps/bundle-places.ts';
import { rightsBesideSteps } from '../steps/rights-beside-steps.ts';
import type { Procedure } from '../steps/context.ts';
import { sliceNamesForwarded } from '../steps/coredns/slice-names-forwarded.ts';
import { sliceNamesResolve } from '../steps/coredns/slice-names-resolve.ts';
import { licenceValid } from '../steps/kubedb/licence-valid.ts';
import { operatorInstalled } from '../steps/kubedb/operator-installed.ts';
import { petsetAgent } from '../steps/kubedb/petset-agent.ts';
import { placementPolicy } from '../steps/kubedb/placement-policy.ts';
import { clusterRegistered } from '../steps/kubeslice/cluster-registered.ts';
import { controllerInstalled } from '../steps/kubeslice/controller-installed.ts';
import { gatewayLabelled } from '../steps/kubeslice/gateway-labelled.ts';
import { projectReady } from '../steps/kubeslice/project-ready.ts';
import { sliceConfigured } from '../steps/kubeslice/slice-configured.ts';
import { pairsOf, tunnelUp } from '../steps/kubeslice/tunnel-up.ts';
import { workerHealthy } from '../steps/kubeslice/worker-healthy.ts';
import { workerNamed } from '../steps/kubeslice/worker-named.ts';
import { workerRendered } from '../steps/kubeslice/worker-rendered.ts';
import { hubInitialised } from '../steps/ocm/hub-initialised.ts';
import { spokeAccepted } from '../steps/ocm/spoke-accepted.ts';
import { spokeJoined } from '../steps/ocm/spoke-joined.ts';
import { workAgentTuned } from '../steps/ocm/work-agent-tuned.ts';
import { databaseCreated } from '../steps/postgres/database-created.ts';
import { namespaceOnSlice } from '../steps/postgres/namespace.ts';
import { podsRunning } from '../steps/postgres/pods-running.ts';
import { replicationStreaming } from '../steps/postgres/replication-streaming.ts';
import { secretPresent } from '../steps/postgres/secret-present.ts';
import { clusterReachable } from '../steps/preflight/cluster-reachable.ts';
import { clustersDistinct } from '../steps/preflight/clusters-distinct.ts';
import { fleetClaimed } from '../steps/preflight/fleet-claimed.ts';
import { hubAddress } from '../steps/preflight/hub-address.ts';
import { namesFit } from '../steps/preflight/names-fit.ts';
import { nodesLargeEnough } from '../steps/preflight/nodes-large-enough.ts';
import { storageClass } from '../steps/preflight/storage-class.ts';
import { subnetFree } from '../steps/preflight/subnet-free.ts';
import { toolsPresent } from '../steps/preflight/tools-present.ts';

/** Part of every plan's digest: raise it when an approved plan would come to mean something else. */
export const PROCEDURE_VERSION = 2;

/** The whole guide, in the order that is safe, side by side where nothing forbids it. */
export const distributedPostgres = (fleet: Fleet, database: Database): Procedure => {
  const rest = afterReaching(fleet, database);
  const declared = declaredIn(fleet, rest);
  return sequence(parallel(...fleet.clusters.map((cluster) => clusterReachable(fleet, cluster, neededOn(cluster.name, declared)))), rest);
};

/** Each distinct right that a cluster has to grant, with who needs it; those of a bundle too, which no plan asks for. */
export const rightsNeeded = (fleet: Fleet, databases: readonly Database[], cluster: string): NeededRight[] =>
  neededOn(
    cluster,
    databases.flatMap((database) => [
      ...declaredIn(fleet, afterReaching(fleet, database)),
      { by: 'bundle', rights: bundleRights(fleet, database, cluster) },
    ]),
  );

/** What has to be right before anything is installed: the gates that a plan begins with, for all databases together. None of them can be applied. */
export const beforeInstalling = (fleet: Fleet, databases: readonly Database[]): Procedure =>
  parallel(...fleet.clusters.map((cluster) => clusterReachable(fleet, cluster, rightsNeeded(fleet, databases, cluster.name))), gates(fleet));

const gates = (fleet: Fleet, database?: Database): Procedure =>
  parallel(
    clustersDistinct(fleet),
    toolsPresent(fleet),
    hubAddress(fleet),
    namesFit(fleet),
    subnetFree(fleet),
    licenceValid(fleet),
    ...fleet.clusters.flatMap((cluster) => [nodesLargeEnough(fleet, cluster), storageClass(fleet, withClassOf(cluster, database))]),
  );

/** A class of the database comes before the one of the cluster, on clusters that hold its replicas. */
const withClassOf = (cluster: Cluster, database: Database | undefined): Cluster =>
  database?.storageClass === undefined || database.placement[cluster.name] === undefined
    ? cluster
    : { ...cluster, storageClass: database.storageClass };

const declaredIn = (fleet: Fleet, procedure: Procedure) => [
  ...stepsOf(procedure).map(({ id, rights }) => ({ by: id, rights })),
  { by: 'every walk', rights: rightsBesideSteps(fleet) },
];

const afterReaching = (fleet: Fleet, database: Database): Procedure => {
  const each = (step: (fleet: Fleet, cluster: Cluster) => ReturnType<typeof spokeJoined>): Procedure =>
    parallel(...fleet.clusters.map((cluster) => step(fleet, cluster)));
  return sequence(
    gates(fleet, database),
    fleetClaimed(fleet),
    hubInitialised(fleet),
    parallel(
      ...fleet.clusters.map((cluster) => sequence(spokeJoined(fleet, cluster), spokeAccepted(fleet, cluster), workAgentTuned(fleet, cluster))),
      sequence(controllerInstalled(fleet), projectReady(fleet)),
      each(gatewayLabelled),
    ),
    each(clusterRegistered),
    workerRendered(fleet),
    parallel(...fleet.clusters.map((cluster) => sequence(workerNamed(fleet, cluster), workerHealthy(fleet, cluster)))),
    sliceConfigured(fleet, database),
    parallel(
      ...pairsOf(fleet).map(([server, client]) => tunnelUp(fleet, server, client)),
      ...fleet.clusters.map((cluster) => sequence(sliceNamesForwarded(fleet, cluster, database), sliceNamesResolve(fleet, cluster, database))),
    ),
    operatorInstalled(fleet, database),
    parallel(
      placementPolicy(fleet, database),
      ...fleet.clusters.map(({ name }) => petsetAgent(fleet, database, name)),
      ...clustersOf(database, fleet).map((name) => namespaceOnSlice(fleet, database, name)),
    ),
    databaseCreated(fleet, database),
    databaseHealthy(fleet, database),
  );
};

/** The part that status walks: is the database what its users need it to be. */
export const databaseHealthy = (fleet: Fleet, database: Database): Procedure =>
  parallel(
    ...placedOn(database).flatMap((name) => [podsRunning(fleet, database, name), secretPresent(fleet, database, name)]),
    replicationStreaming(fleet, database),
  );

const placedOn = (database: Database): string[] => [...new Set(expectedReplicas(database).map(({ cluster }) => cluster))];

/** The clusters that hold replicas, and the hub, where the Postgres object lives. */
const clustersOf = (database: Database, fleet: Fleet): string[] => [...new Set([fleet.hub, ...placedOn(database)])];
